using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backbone.Platform;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Codes;

/// <summary>What is told of a text that may be a code. A text that is a person's number is never repeated.</summary>
/// <param name="Valid">Whether it is the code of an organisation in scope.</param>
/// <param name="Code">The code in its form; null when it is none.</param>
/// <param name="Reason">Why it is none, one word of a closed list: length, alphabet, resident-identity-number, category, region, organisation-check, check, natural-person, registration-number, registration-number-check.</param>
/// <param name="Position">The character at fault, from 1; null where no single one is.</param>
/// <param name="Message">The reason in words, with what to do.</param>
/// <param name="Suggestion">What may have been meant; never applied.</param>
internal sealed record CodeAnswer(
    bool Valid,
    string? Code = null,
    NamedPart? Department = null,
    NamedPart? Category = null,
    NamedPart? Region = null,
    string? OrganisationCode = null,
    string? Reason = null,
    int? Position = null,
    Bilingual? Message = null,
    string? Suggestion = null)
{
    public static CodeAnswer Of(string text)
    {
        var reading = EntityCode.Read(text);
        if (reading.Fault != EntityCodeFault.None)
        {
            return new CodeAnswer(
                false,
                Reason: JsonNamingPolicy.KebabCaseLower.ConvertName(reading.Fault.ToString()),
                Position: reading.Position == 0 ? null : reading.Position,
                Message: CodeWords.Of(reading),
                Suggestion: EntityCodeSuggestion.For(text)?.ToString());
        }

        var code = reading.Code.ToString();
        var parts = reading.Code.Parts;
        return new CodeAnswer(
            true,
            code,
            new NamedPart(code[..1], parts.Department),
            new NamedPart(code[..2], parts.Class),
            new NamedPart(parts.Region, parts.Province),
            parts.Organisation);
    }

    public string ToJson() => JsonSerializer.Serialize(this, CodeJson.Default.CodeAnswer);
}

/// <param name="Code">As it stands in the code.</param>
/// <param name="Name">Of a region: the province's; null where the code names none.</param>
internal sealed record NamedPart(string Code, Bilingual? Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CodeAnswer))]
internal sealed partial class CodeJson : JsonSerializerContext
{
    static CodeJson() => Default = new CodeJson(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
