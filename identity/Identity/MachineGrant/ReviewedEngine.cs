using System.Collections.Immutable;
using Backbone.Identity.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.MachineGrant;

/// <summary>
/// Holds <see cref="GrantPlainRequest"/> to the engine it was written against. Every handler that takes part in a token request is listed in
/// <c>reviewed-handlers.txt</c>; with one more, one less, another order or another version of the engine, nothing is granted on the short way,
/// so that a check added later cannot be passed by. Whoever changes the list reads the handler and does the same here, or refuses to be plain.
/// </summary>
internal sealed partial class ReviewedEngine(
    ProtocolOptions protocol, IOptionsMonitor<OpenIddictServerAspNetCoreOptions> transport, ILogger<IdentityModule> logger)
{
    private const string ListName = "reviewed-handlers.txt";

    private static readonly Type[] Events =
    [
        typeof(ProcessRequestContext), typeof(ExtractTokenRequestContext), typeof(ValidateTokenRequestContext), typeof(ProcessAuthenticationContext),
        typeof(HandleTokenRequestContext), typeof(ProcessSignInContext), typeof(GenerateTokenContext), typeof(ApplyTokenResponseContext),
    ];

    private static readonly ImmutableArray<string> Reviewed = [.. ReadList()];

    private volatile Verdict _last = new(null, false);

    /// <summary>True when what these options do to a plain request is what the short way does.</summary>
    public bool IsAsReviewed(OpenIddictServerOptions options)
    {
        var last = _last;
        if (!ReferenceEquals(last.Options, options))
        {
            _last = last = new Verdict(options, protocol.ShortWay && Judge(options));
        }

        return last.Holds;
    }

    /// <summary>The engine's version and each handler of a token request, as the list has them.</summary>
    public static IEnumerable<string> Describe(OpenIddictServerOptions options) =>
        options.Handlers.Where(handler => Events.Contains(handler.ContextType))
            .OrderBy(handler => Array.IndexOf(Events, handler.ContextType)).ThenBy(handler => handler.Order)
            .ThenBy(handler => handler.ServiceDescriptor.ServiceType.ToString(), StringComparer.Ordinal)
            .Select(handler =>
                $"{handler.ContextType.Name} {handler.Order} {handler.ServiceDescriptor.ServiceType} [{string.Join(' ', handler.FilterTypes.Select(type => type.Name))}]")
            .Prepend($"{nameof(OpenIddict)} {typeof(OpenIddictServerOptions).Assembly.GetName().Version}");

    private bool Judge(OpenIddictServerOptions options)
    {
        var ways = options is
        {
            DisableAccessTokenEncryption: true, UseReferenceAccessTokens: false, UseClientCertificateBoundAccessTokens: false,
            EnableDegradedMode: false, DisableScopeValidation: false, AccessTokenLifetime: not null, Issuer: not null,
        } && options.GrantTypes.Contains(GrantTypes.ClientCredentials)
            && options.ClientAuthenticationMethods.Contains(ClientAuthenticationMethods.ClientSecretBasic)
            && options.ClientAuthenticationMethods.Contains(ClientAuthenticationMethods.ClientSecretPost)
            && transport.CurrentValue is { DisableTransportSecurityRequirement: true, SuppressJsonResponseIndentation: false };
        var handlers = Describe(options).ToList();
        if (ways && handlers.SequenceEqual(Reviewed))
        {
            return true;
        }

        LogOff(logger, handlers.Except(Reviewed).Concat(Reviewed.Except(handlers)).FirstOrDefault() ?? "an option of the engine");
        return false;
    }

    private static IEnumerable<string> ReadList()
    {
        using var stream = typeof(ReviewedEngine).Assembly.GetManifestResourceStream(ListName)
            ?? throw new InvalidOperationException($"The list {ListName} is not in the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }

    [LoggerMessage(EventId = 1013, Level = LogLevel.Warning, Message = "Machines get their tokens on the long way: not as reviewed is {Difference}")]
    private static partial void LogOff(ILogger logger, string difference);

    private sealed record Verdict(OpenIddictServerOptions? Options, bool Holds);
}
