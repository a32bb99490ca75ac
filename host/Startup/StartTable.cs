using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;

namespace Backbone.Host.Startup;

/// <summary>What a person needs after starting: where to click and, once, the generated passwords.</summary>
internal static class StartTable
{
    /// <summary>The last line; whoever started the process may wait for it.</summary>
    public const string LastLine = "Backbone is ready. Ctrl-C stops it.";

    public static void Write(TextWriter output, BackboneOptions options, SampleAddresses? samples, DemonstrationSheet sheet, bool ready = true)
    {
        output.WriteLine();
        Row(output, "Portal", $"{options.PublicUrl}/");
        if (samples is not null)
        {
            Row(output, "Citizen app", samples.CitizenApp);
            Row(output, "Office app", samples.OfficeApp);
        }

        Row(output, "Console", $"{options.PublicUrl}/console");
        Row(output, "Data", options.DataDirectory);
        if (sheet.Accounts.Any(account => account.Password is not null))
        {
            output.WriteLine();
            output.WriteLine("  Demonstration accounts. These passwords are shown this once and stored nowhere in clear:");
            var width = sheet.Accounts.Max(account => account.Name.Length);
            foreach (var account in sheet.Accounts.Where(account => account.Password is not null))
            {
                var totp = account.TotpSecret is null ? "" : $"  authenticator {account.TotpSecret}";
                output.WriteLine($"    {account.Name.PadRight(width)}  {account.Password}{totp}  {string.Join(", ", account.Roles)}".TrimEnd());
            }
        }
        else if (options.Demo)
        {
            output.WriteLine();
            output.WriteLine("  The demonstration's passwords were shown at the first start. New ones: dotnet run --project host -- demo reset-passwords");
        }

        output.WriteLine();
        if (ready)
        {
            output.WriteLine(LastLine);
        }

        output.Flush();
    }

    private static void Row(TextWriter output, string name, string value) => output.WriteLine($"  {name,-12} {value}");
}
