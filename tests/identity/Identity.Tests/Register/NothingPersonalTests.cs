using System.Text;
using Backbone.Testing;

namespace Backbone.Identity.Tests.Register;

public sealed class NothingPersonalTests
{
    [Fact(DisplayName = "GB/T 35273 6.3: no address, code, name or password of a person in logs or audit records")]
    public async Task Nothing_personal_leaves_the_journeys()
    {
        var folder = Directory.CreateTempSubdirectory("backbone-personal-");
        try
        {
            var seen = new List<string> { "nobody.else@example.cn", "13712345678", "古丽·买买提", RegistrationJourney.Password };
            await using (var backbone = await BackboneFixture.StartAsync(settings => settings.DataDirectory = folder.FullName))
            {
                using var person = new RegistrationJourney(backbone);
                await person.AskAsync("13712345678");
                seen.Add(person.Code);
                await person.EnterAsync(person.WrongCode());
                await person.RegisterAsync("nobody.else@example.cn");
                seen.Add(person.Code);
                await person.AskAsync("nobody.else@example.cn", "/reset");
                seen.Add(person.Code);
            }

            var texts = folder.EnumerateFiles("*", SearchOption.AllDirectories)
                .Where(file => file.FullName.Contains("audit", StringComparison.Ordinal) || file.Extension is ".log" or ".json" or ".clef" or ".txt")
                .Select(file => (file.FullName, Text: Encoding.UTF8.GetString(File.ReadAllBytes(file.FullName)))).ToList();
            var audit = string.Concat(texts.Where(file => file.FullName.Contains("audit", StringComparison.Ordinal)).Select(file => file.Text));
            Assert.All(
                ["code-request", "code-check", "account-create", "sign-in"],
                action => Assert.Contains($"\"action\":\"{action}\"", audit, StringComparison.Ordinal));
            Assert.All(texts, file => Assert.All(seen, secret => Assert.DoesNotContain($"{secret}\"", file.Text, StringComparison.Ordinal)));
            Assert.All(texts, file => Assert.All(seen.Where(value => value.Length > 6), secret => Assert.DoesNotContain(secret, file.Text, StringComparison.Ordinal)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
