using Backbone.Audit.Verifier.Findings;
using Backbone.Audit.Verifier.Sources;

namespace Backbone.Audit.Verifier;

/// <summary>The program: arguments in, report out, exit code as <see cref="VerifierArguments.Usage"/> says.</summary>
internal static class VerifierProgram
{
    public const int Sound = 0;
    public const int NotSound = 1;
    public const int WrongUsage = 2;
    public const int Unreadable = 3;

    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter errors)
    {
        if (args is ["--help" or "-h" or "-?"])
        {
            output.Write(VerifierArguments.Usage);
            return Sound;
        }

        var report = new Report();
        VerifierArguments? arguments;
        try
        {
            (arguments, var problem) = VerifierArguments.Parse(args);
            if (arguments is null)
            {
                errors.WriteLine(problem);
                errors.Write(VerifierArguments.Usage);
                return WrongUsage;
            }

            using var progress = new Progress(errors, report, TimeProvider.System);
            Verification.Run(arguments, report);
        }
        catch (Exception failure) when (Cause(failure) is { } cause)
        {
            // What was found before is still worth knowing.
            foreach (var finding in report.Findings)
            {
                errors.WriteLine(finding);
            }

            errors.WriteLine(cause);
            return Unreadable;
        }

        output.Write(arguments.Json ? ReportText.Json(report, arguments.Trust.IsChecked) : ReportText.Lines(report, arguments.Trust.IsChecked));
        return report.IsSound ? Sound : NotSound;
    }

    /// <summary>What threads threw comes wrapped.</summary>
    private static string? Cause(Exception failure)
    {
        return failure switch
        {
            UnreadableException unreadable => unreadable.Message,
            IOException or UnauthorizedAccessException => failure.Message,
            AggregateException many => many.Flatten().InnerExceptions.Select(Cause).FirstOrDefault(cause => cause is not null),
            _ => null,
        };
    }
}
