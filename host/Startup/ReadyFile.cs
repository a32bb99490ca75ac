using System.Text.Json;
using Backbone.Audit.Publishing;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;

namespace Backbone.Host.Startup;

/// <summary>
/// The ready file: for scripts, benchmarks and browser tests. Written once everything answers; whole or not at all; readable by its owner
/// only, because it holds the demonstration's passwords.
/// </summary>
internal static class ReadyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A file left by an earlier process must not pass for this one's.</summary>
    public static void Clear(string path)
    {
        try
        {
            // Its folder may be the data folder, which the first start makes.
            if (Path.Exists(path))
            {
                File.Delete(path);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(1, [$"The ready file {path} cannot be replaced: {failure.Message} Choose another with --ready-file."]);
        }
    }

    public static void Write(string path, BackboneOptions options, SampleAddresses? samples, DemonstrationSheet sheet, AuditLogAddress? log)
    {
        var full = Path.GetFullPath(path);
        var temporary = $"{full}.{Environment.ProcessId}.tmp";
        var mode = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
        };
        if (!OperatingSystem.IsWindows())
        {
            mode.UnixCreateMode = OwnerOnly;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!, OwnerOnly | UnixFileMode.UserExecute);
        }

        File.Delete(temporary);
        using (var file = new FileStream(temporary, mode))
        {
            using (var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true }))
            {
                WriteDocument(writer, options, samples, sheet, log);
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, full, overwrite: true);
    }

    private static void WriteDocument(Utf8JsonWriter writer, BackboneOptions options, SampleAddresses? samples, DemonstrationSheet sheet, AuditLogAddress? log)
    {
        writer.WriteStartObject();
        writer.WriteString("portal", $"{options.PublicUrl}/");
        writer.WriteString("issuer", options.PublicUrl);
        writer.WriteString("console", $"{options.PublicUrl}/console");
        if (log is not null)
        {
            writer.WriteStartObject("auditLog");
            writer.WriteString("folder", Path.GetFullPath(log.Folder));
            writer.WriteString("url", log.Url);
            writer.WriteString("verifierKey", log.VerifierKey);
            writer.WriteEndObject();
        }

        writer.WriteStartArray("apps");
        if (samples is not null)
        {
            WriteApp(writer, "citizen-app", samples.CitizenApp);
            WriteApp(writer, "office-app", samples.OfficeApp);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("accounts");
        foreach (var account in sheet.Accounts)
        {
            writer.WriteStartObject();
            writer.WriteString("name", account.Name);
            writer.WriteString("password", account.Password);
            writer.WriteString("totpSecret", account.TotpSecret);
            WriteList(writer, "roles", account.Roles);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("clients");
        foreach (var client in sheet.Clients)
        {
            writer.WriteStartObject();
            writer.WriteString("id", client.Id);
            writer.WriteString("secret", client.Secret);
            writer.WriteString("kind", client.Kind);
            WriteList(writer, "grantTypes", client.GrantTypes);
            WriteList(writer, "scopes", client.Scopes);
            WriteList(writer, "redirectUris", client.RedirectUris);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteApp(Utf8JsonWriter writer, string id, string url)
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        writer.WriteString("url", url);
        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
