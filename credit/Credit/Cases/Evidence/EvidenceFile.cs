using System.Security.Cryptography;
using Backbone.Platform.Web.Keys;
using Microsoft.AspNetCore.Http;

namespace Backbone.Credit.Cases.Evidence;

/// <summary>One file as it came, its form told from its bytes.</summary>
/// <param name="Material">An id of the materials an application needs; empty for other evidence.</param>
internal sealed record EvidenceFile(string Material, EvidenceKind Kind, byte[] Bytes)
{
    public const int Most = 5;

    /// <summary>5 MiB each.</summary>
    public const int MostBytes = 5 << 20;

    /// <summary>Of a whole form: the files, its fields and the marks between them.</summary>
    public const int MostFormBytes = (Most * MostBytes) + (64 << 10);

    /// <summary>The files of a form; a field without a file sends an empty one, which is none.</summary>
    /// <returns>The files, or the field at fault with the name of what is wrong: "many", "large", "form".</returns>
    public static async Task<(IReadOnlyList<EvidenceFile> Files, string? Field, string? Fault)> ReadAsync(
        IFormFileCollection sent, IReadOnlyCollection<string> materials, CancellationToken cancellation)
    {
        List<EvidenceFile> files = [];
        foreach (var one in sent.Where(file => file.Length > 0 || !string.IsNullOrEmpty(file.FileName)))
        {
            var field = materials.Contains(one.Name) ? one.Name : "evidence";
            if (files.Count == Most)
            {
                return ([], field, "many");
            }

            if (one.Length > MostBytes)
            {
                return ([], field, "large");
            }

            var bytes = new byte[one.Length];
            await using (var stream = one.OpenReadStream())
            {
                await stream.ReadExactlyAsync(bytes, cancellation);
            }

            if (EvidenceForms.Of(bytes) is not (not EvidenceKind.Unknown and var kind))
            {
                return ([], field, "form");
            }

            files.Add(new(field == "evidence" ? "" : field, kind, bytes));
        }

        return (files, null, null);
    }

    /// <summary>As it is stored.</summary>
    public CaseFile Seal(CaseRow row, MasterKey master, TimeProvider clock)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        return new CaseFile
        {
            Entity = row.Entity,
            Id = id,
            Case = row.Id,
            Material = Material,
            Kind = Kind,
            Size = Bytes.Length,
            Digest = SHA256.HashData(Bytes),
            Sealed = master.Seal(LabelOf(id), Bytes),
        };
    }

    /// <exception cref="CryptographicException">Sealed under another master key, or altered since.</exception>
    public static byte[] Open(CaseFile file, MasterKey master) => master.Open(LabelOf(file.Id), file.Sealed);

    private static string LabelOf(Guid id) => $"credit-evidence/{id:N}";
}
