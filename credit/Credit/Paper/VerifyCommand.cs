namespace Backbone.Credit.Paper;

/// <summary><c>host credit verify FILE</c>: whether a report is as it was issued, from the file alone.</summary>
public static class VerifyCommand
{
    /// <returns>0 when nothing is wrong with it, else 1.</returns>
    public static int Run(string path, string? signer, string? logKey, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            output.WriteLine($"{path}: cannot be read: {unread.Message}");
            return 1;
        }

        var verdict = VerifyPaper.Run(file, signer, logKey);
        if (verdict.Problem is { } problem)
        {
            output.WriteLine($"{path}: NOT as it was issued: {problem}");
            return 1;
        }

        output.WriteLine($"{path}: as it was issued, no byte changed");
        output.WriteLine($"signed by the key {verdict.Signer}{(signer is null ? ": compare it with the page of verification, or give it with --signer" : "")}");
        if (verdict.LogIndex is { } index)
        {
            output.WriteLine(FormattableString.Invariant($"report {verdict.Id} of {verdict.Entity}, event {index} of the log {verdict.Log}"));
            output.WriteLine(logKey is null ? "whose log that is was not checked: give its key with --log-key" : "the log's signature was checked");
        }
        else
        {
            output.WriteLine("no proof of its issuance is attached");
        }

        return 0;
    }
}
