using System.Text.Json;

namespace Backbone.Audit.Verifier.Tests;

/// <summary>One run of the program, in process: exit code and what it printed.</summary>
internal sealed record Run(int Code, string Output, string Errors)
{
    public static Run Of(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = VerifierProgram.Run(args, output, errors);
        return new Run(code, output.ToString(), errors.ToString());
    }

    /// <summary>With the sample log's key and the report as JSON.</summary>
    public static Run Json(string place, params string[] more) => Of([place, "--json", "--key", SampleLog.Signer.Key.ToString(), .. more]);

    public IReadOnlyList<Found> Findings
    {
        get
        {
            using var document = JsonDocument.Parse(Output);
            return [.. document.RootElement.GetProperty("findings").EnumerateArray().Select(one => new Found(
                one.GetProperty("file").GetString()!, Range(one, "leaves"), Range(one, "bytes"), one.GetProperty("problem").GetString()!))];
        }
    }

    public IReadOnlyList<string> Notes
    {
        get
        {
            using var document = JsonDocument.Parse(Output);
            return [.. document.RootElement.GetProperty("notes").EnumerateArray().Select(one => one.GetString()!)];
        }
    }

    private static (long From, long End)? Range(JsonElement finding, string name) => finding.TryGetProperty(name, out var range)
        ? (range.GetProperty("from").GetInt64(), range.GetProperty("end").GetInt64())
        : null;
}

internal sealed record Found(string File, (long From, long End)? Leaves, (long From, long End)? Bytes, string Problem);
