using System.Buffers.Text;
using System.Security.Cryptography;
using Backbone.Platform.Web.Keys;
using Microsoft.Extensions.Configuration;

namespace Backbone.Identity.Catalogue;

/// <summary>
/// Secrets of clients, by reference only. A <c>file:</c> inside the data directory that does not exist yet is created with 256 random bits and
/// mode 0600; any other place must hold one already. Fast hashing of secrets is sound only because nobody chooses them: shorter ones are refused.
/// </summary>
internal static class ClientSecrets
{
    private const int Bytes = 32;
    private const int Longest = 512;

    public static string? WrongReference(string reference) =>
        reference.StartsWith("file:", StringComparison.Ordinal)
            ? reference.Length > 5 && reference.IndexOfAny(Path.GetInvalidPathChars()) < 0 ? null : "file: and a path"
        : reference.StartsWith("env:", StringComparison.Ordinal)
            ? reference.Length > 4 && reference[4..].All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? null : "env: and the name of a variable"
        : "a reference: file:PATH or env:NAME, never the secret itself";

    /// <summary>The secret, or what is wrong with the place it should be in.</summary>
    public static (string? Secret, string? Wrong) Read(string reference, string dataDirectory)
    {
        if (reference.StartsWith("env:", StringComparison.Ordinal))
        {
            var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
            return Check(environment[reference[4..].Replace("__", ":", StringComparison.Ordinal)]);
        }

        var root = Path.GetFullPath(dataDirectory);
        var path = Path.GetFullPath(reference[5..], root);
        try
        {
            if (!File.Exists(path) && path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                PrivateFile.Create(path, Base64Url.EncodeToUtf8(RandomNumberGenerator.GetBytes(Bytes)));
            }

            return new FileInfo(path) is { Exists: true, Length: > Longest } ? (null, $"at most {Longest} bytes") : Check(File.ReadAllText(path).Trim());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, $"a readable file ({exception.GetType().Name})");
        }
    }

    private static (string? Secret, string? Wrong) Check(string? secret) =>
        string.IsNullOrEmpty(secret) ? (null, "a variable or file that is set")
        : Base64Url.IsValid(secret, out var length) && length >= Bytes && secret.Length <= Longest ? (secret, null)
        : (null, $"base64url of at least {Bytes} random bytes");
}
