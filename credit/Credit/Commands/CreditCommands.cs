using Backbone.Credit.Catalogue;
using Backbone.Credit.Codes;
using Backbone.Credit.Packs;

namespace Backbone.Credit.Commands;

/// <summary>What <c>host credit …</c> does without a running host. Each gives its exit code: 0 all well, 1 something found.</summary>
public static class CreditCommands
{
    /// <summary>One line of JSON for each text, as <c>GET /credit/v1/codes/{code}</c> answers; 1 when any is no code.</summary>
    public static int CheckCodes(IEnumerable<string> texts, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(output);
        var exit = 0;
        foreach (var answer in texts.Select(CodeAnswer.Of))
        {
            output.WriteLine(answer.ToJson());
            exit |= answer.Valid ? 0 : 1;
        }

        return exit;
    }

    /// <summary>Reads and checks a pack, or each pack of a folder; 1 when one is faulty or could not be approved.</summary>
    public static int CheckPacks(string path, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            output.WriteLine($"{path}: there is no such file or folder");
            return 1;
        }

        var catalogue = LoadCatalogue.Beside(Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!);
        var packs = Directory.Exists(path) ? LoadPack.Folder(path, catalogue) : [LoadPack.File(path, catalogue)];
        if (packs.IsEmpty)
        {
            output.WriteLine($"{path}: there is no .yml file in this folder");
            return 1;
        }

        foreach (var pack in packs)
        {
            output.WriteLine(pack switch
            {
                { MayBeApproved: true } => $"{pack.File}: {pack.Pack!.Id} version {pack.Pack.Version} is sound: {pack.Pack.Rules.Length} rules, {pack.Pack.Grades.Length} grades",
                { MayBeTried: true } => $"{pack.File}: {pack.Pack!.Id} version {pack.Pack.Version} may be tried and not approved: {pack.Faults.Length} findings",
                _ => $"{pack.File}: is no pack that can be used: {pack.Faults.Length} findings",
            });
            foreach (var fault in pack.Faults)
            {
                output.WriteLine($"  {fault}");
            }
        }

        return packs.All(pack => pack.MayBeApproved) ? 0 : 1;
    }
}
