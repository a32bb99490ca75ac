using System.Text.Json;
using Backbone.Audit.Log.Notes;
using Backbone.Testing;

namespace Backbone.Audit.Log.Tests.Notes;

/// <summary>C2SP/wycheproof: signatures that careless verifiers accept.</summary>
public sealed class WycheproofTests
{
    [Fact]
    public void Every_ed25519_case_is_judged_as_published()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RealServers.Vectors("wycheproof/ed25519_test.json")));
        var count = 0;
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var key = VerifierKey.Of("key", SignatureType.Ed25519, Hex(group.GetProperty("publicKey"), "pk"));
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var verified = key.Verify(Hex(test, "msg"), Hex(test, "sig"), out _);
                Assert.True(verified == (test.GetProperty("result").GetString() == "valid"), $"case {test.GetProperty("tcId")}");
                count++;
            }
        }

        Assert.Equal(document.RootElement.GetProperty("numberOfTests").GetInt32(), count);
    }

    private static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);
}
