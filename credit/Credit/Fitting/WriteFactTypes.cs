using System.Globalization;
using System.Text;
using Backbone.Credit.Packs;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Fitting;

/// <summary>Writes the types of facts that a fitted pack speaks of, as a catalogue of their own: what each is and how its quantity is made.</summary>
internal static class WriteFactTypes
{
    public static string Write(PolicyPack pack, FactTypes types)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"# The types of facts of the pack {pack.Id}. Their numbers hold in this catalogue alone.");
        Line($"format: 1");
        Line($"types:");
        foreach (var rule in pack.Rules)
        {
            var type = types.Find(rule.Id)!;
            Line($"  - number: {type.Number}");
            Line($"    code: {type.Code}");
            Line($"    title: {YamlText.Both(rule.Title)}");
            Line($"    description: {YamlText.Both(new("所据文件中该列的数值", "The column's value in the file it was fitted to"))}");
            Line($"    effect: graded");
            Line($"    basis: {YamlText.Quoted(rule.Basis)}");
            Line($"    status: chosen");
            Line($"    measure: {{ unit: \"of the column\", title: {YamlText.Both(new("该列数值", "value of the column"))}, scale: {EntityTable.Unit} }}");
            Line($"    visibility: authorities");
        }

        return text.ToString();
    }
}
