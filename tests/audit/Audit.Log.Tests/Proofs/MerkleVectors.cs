using System.Security.Cryptography;
using System.Text.Json;
using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Log.Witness;
using Backbone.Testing;

namespace Backbone.Audit.Log.Tests.Proofs;

/// <summary>The vectors of transparency-dev/merkle, good and bad. They expect an error for size 0, as the strict verifier answers.</summary>
public sealed class MerkleVectors
{
    [Fact]
    public void Every_inclusion_vector_is_judged_as_published()
    {
        var count = 0;
        foreach (var (name, vector) in Read("merkle/inclusion"))
        {
            // A leaf hash of another length cannot even be said to the verifier; two vectors want it refused.
            var accepted = Bytes(vector.GetProperty("leafHash")).Length == TreeHash.Bytes && InclusionProof.Verify(
                Number(vector, "leafIdx"), Number(vector, "treeSize"), Hash(vector, "leafHash"), Proof(vector), Hash(vector, "root"));
            Assert.True(accepted != vector.GetProperty("wantErr").GetBoolean(), name);
            count++;
        }

        Assert.Equal(98, count);
    }

    [Fact]
    public void Every_consistency_vector_is_judged_as_published()
    {
        var count = 0;
        foreach (var (name, vector) in Read("merkle/consistency"))
        {
            var (first, second) = (Number(vector, "size1"), Number(vector, "size2"));
            var accepted = ConsistencyProof.Verify(first, second, Hash(vector, "root1"), Hash(vector, "root2"), Proof(vector));
            Assert.True(accepted != vector.GetProperty("wantErr").GetBoolean(), name);
            count++;
        }

        Assert.Equal(98, count);
    }

    [Fact(DisplayName = "Size 0: three vectors are refused by the verifier; a witness accepts \"old 0\" with an empty proof")]
    public void The_empty_tree_is_the_witnesss_affair()
    {
        var empty = Read("merkle/consistency").Where(one => Number(one.Vector, "size1") == 0 && Number(one.Vector, "size2") is 0 or 1).ToList();
        Assert.NotEmpty(empty);
        var root = TreeHash.Leaf([1]);
        Assert.False(ConsistencyProof.Verify(0, 1, TreeHash.Empty, root, []));
        Assert.False(ConsistencyProof.Verify(0, 0, TreeHash.Empty, TreeHash.Empty, []));
        Assert.True(WitnessConsistency.Verify(0, 1, TreeHash.Empty, root, []));
        Assert.True(WitnessConsistency.Verify(0, 0, TreeHash.Empty, TreeHash.Empty, []));
        Assert.False(WitnessConsistency.Verify(0, 1, TreeHash.Empty, root, [root]));
        Assert.False(WitnessConsistency.Verify(0, 0, TreeHash.Empty, root, []));
        Assert.False(WitnessConsistency.Verify(2, 1, root, root, []));
        Assert.True(WitnessConsistency.Verify(1, 1, root, root, []));
    }

    private static IEnumerable<(string Name, JsonElement Vector)> Read(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(RealServers.Vectors(folder), "*.json", SearchOption.AllDirectories).Order())
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            yield return (path, document.RootElement.Clone());
        }
    }

    // Some vectors have sizes of unsigned 64 bits; what is no long is no size of ours, and is refused as negative.
    private static long Number(JsonElement vector, string name) => vector.GetProperty(name).TryGetInt64(out var number) ? number : -1;

    private static TreeHash Hash(JsonElement vector, string name) =>
        Hash(vector.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text : default);

    private static TreeHash[] Proof(JsonElement vector) =>
        vector.GetProperty("proof") is { ValueKind: JsonValueKind.Array } proof ? [.. proof.EnumerateArray().Select(Hash)] : [];

    private static byte[] Bytes(JsonElement text) => text.ValueKind == JsonValueKind.String ? Convert.FromBase64String(text.GetString()!) : [];

    // Some vectors have hashes of other lengths ("don't care"). A stand-in keeps what they test: equal ones are equal, others fit nowhere.
    private static TreeHash Hash(JsonElement text)
    {
        var bytes = Bytes(text);
        return TreeHash.From(bytes.Length == TreeHash.Bytes ? bytes : SHA256.HashData([.. "no hash"u8, .. bytes]));
    }
}
