using System.Net;
using Backbone.Platform.Web;
using Serilog.Events;

namespace Backbone.Host.Startup;

/// <summary>Bounds of the shared settings, and the rule that decides about plain http.</summary>
internal static class SettingsBounds
{
    private const int MostProxies = 32;

    /// <summary>Every failure: name, bound, value.</summary>
    public static IEnumerable<string> Failures(BackboneOptions options)
    {
        const string Section = BackboneOptions.Section;
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
        {
            yield return $"{Section}:DataDirectory must be a path, but is empty.";
        }

        if (options.MasterKey is { } key)
        {
            // What is no reference may be the key itself: it is never repeated.
            if (!key.StartsWith(BackboneOptions.MasterKeyReference, StringComparison.Ordinal) || key.Length == BackboneOptions.MasterKeyReference.Length)
            {
                yield return $"{Section}:MasterKey must be file:PATH, never the key itself, but is something else (not shown).";
            }
            else if (!File.Exists(options.MasterKeyPath))
            {
                yield return $"{Section}:MasterKey must name an existing file of 32 random bytes, but there is no '{options.MasterKeyPath}'.";
            }
        }

        if (!Enum.TryParse<LogEventLevel>(options.LogLevel, out _))
        {
            yield return $"{Section}:LogLevel must be one of {string.Join(", ", Enum.GetNames<LogEventLevel>())}, but is '{options.LogLevel}'.";
        }

        if (options.OtlpEndpoint is { } otlp && !IsWebAddress(otlp, out _))
        {
            yield return $"{Section}:OtlpEndpoint must be an absolute http or https address, but is '{otlp}'.";
        }

        if (options.OtlpProtocol is not (BackboneOptions.OtlpHttp or BackboneOptions.OtlpGrpc))
        {
            yield return $"{Section}:OtlpProtocol must be {BackboneOptions.OtlpHttp} or {BackboneOptions.OtlpGrpc}, but is '{options.OtlpProtocol}'.";
        }

        if (options.TrustedProxies.Count > MostProxies)
        {
            yield return $"{Section}:TrustedProxies may name at most {MostProxies} proxies, but names {options.TrustedProxies.Count}.";
        }

        foreach (var proxy in options.TrustedProxies.Where(proxy => !IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _)))
        {
            yield return $"{Section}:TrustedProxies must be IP addresses or networks (10.0.0.0/8), but one is '{proxy}'.";
        }

        foreach (var failure in AddressFailures(options, Section))
        {
            yield return failure;
        }
    }

    private static IEnumerable<string> AddressFailures(BackboneOptions options, string section)
    {
        var urls = options.Urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (urls.Length == 0)
        {
            yield return $"{section}:Urls must name at least one address, but is empty.";
        }

        foreach (var url in urls)
        {
            if (Listening(url) is not { } address)
            {
                yield return $"{section}:Urls must be addresses like http://localhost:7100 without a path, but one is '{url}'.";
            }
            else if (address.Scheme == "http" && !IsLoopback(address.Host) && options.TrustedProxies.Count == 0)
            {
                yield return $"{section}:Urls: '{url}' would send passwords and tokens in plain text over the network. "
                    + $"Use https:// (Kestrel:Certificates:Default), or loopback, or declare the TLS proxy in front with {section}:TrustedProxies.";
            }
        }

        foreach (var (name, value) in new[] { ("PublicUrl", options.PublicUrl), ("Issuer", options.Issuer ?? "") })
        {
            if (value.Length == 0)
            {
                continue;
            }

            if (!IsWebAddress(value, out var address) || address.AbsolutePath != "/" || address.Query.Length > 0 || address.Fragment.Length > 0)
            {
                yield return $"{section}:{name} must be scheme, host and port only, like https://sso.example.cn, but is '{value}'.";
            }
            else if (address.Scheme == "http" && !IsLoopback(address.Host))
            {
                yield return $"{section}:{name} must be https, for plain http is for loopback only, but is '{value}'.";
            }
            else if (name == "PublicUrl" && address.Scheme == "https" && options.TrustedProxies.Count == 0
                && !urls.Any(url => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)))
            {
                yield return $"{section}:PublicUrl is '{value}', but no address in Urls has TLS and no proxy is declared with {section}:TrustedProxies.";
            }
        }
    }

    private static BindingAddress? Listening(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.Scheme is "http" or "https" && address.PathBase.Length == 0 && !address.IsUnixPipe ? address : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsWebAddress(string value, out Uri address) =>
        Uri.TryCreate(value, UriKind.Absolute, out address!) && (address.Scheme is "http" or "https");

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
