using System.Buffers;
using System.Diagnostics;
using Backbone.Audit.Contracts;
using Backbone.Identity.Clients;
using Backbone.Identity.Events;
using Backbone.Identity.Keys;
using Backbone.Identity.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.MachineGrant;

/// <summary>
/// The short way of a machine to its token. It only ever grants, and only what the engine would: a plain request, of a client in memory, with
/// the right secret, within its permissions. In every other case nothing has happened and the engine does all of it, above all the refusing.
/// The event is on disk before the answer leaves, as on the long way. See docs/decisions/0009-token-path.md.
/// </summary>
internal sealed class GrantPlainRequest(
    ReviewedEngine engine, IOptionsMonitor<OpenIddictServerOptions> options, ClientCache clients, SigningKeyRing ring,
    ICommitments commitments, IAuditTrail trail, TimeProvider clock)
{
    private const int AnswerBytes = 1024;

    private volatile MachineToken? _token;

    /// <returns>False when the engine must answer; the request is as it was.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        var settings = options.CurrentValue;
        if (!MachineRequest.MayBePlain(http) || !engine.IsAsReviewed(settings))
        {
            return false;
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (MachineRequest.Read(http.Request, form) is not { } request || !IsGranted(request, settings))
        {
            return false;
        }

        var answer = new ArrayBufferWriter<byte>(AnswerBytes);
        Issue(answer, request, settings);
        try
        {
            await trail.AppendAsync(Event(http, request), http.RequestAborted);
        }
        catch (AuditUnavailableException)
        {
            // Nothing was issued; the engine's answer says what is wrong.
            return false;
        }

        await WriteAsync(http.Response, answer.WrittenMemory, http.RequestAborted);
        return true;
    }

    private bool IsGranted(MachineRequest request, OpenIddictServerOptions settings) =>
        clients.Find(request.ClientId)?.Rights is { } rights
        && rights.IsProvenBy(request.Secret)
        && (request.Scope is null || rights.Cover(request.Scope, settings.Scopes))
        && (request.Resource is null || rights.CoverResource(request.Resource));

    private void Issue(ArrayBufferWriter<byte> answer, MachineRequest request, OpenIddictServerOptions settings)
    {
        var now = clock.GetUtcNow();

        // Whole seconds, as the engine keeps them; what is left of the lifetime is rounded as the engine does.
        var issued = now.ToUnixTimeSeconds();
        var expires = DateTimeOffset.FromUnixTimeSeconds(issued) + settings.AccessTokenLifetime!.Value;
        var issuer = settings.Issuer!.AbsoluteUri;
        var claims = new MachineClaims(
            issuer, request.ClientId, request.Resource ?? issuer, request.Scope, issued, expires.ToUnixTimeSeconds());
        var credentials = ring.Signing(SecurityAlgorithms.EcdsaSha256);
        var token = _token;
        if (token is null || !ReferenceEquals(token.Credentials, credentials))
        {
            _token = token = new MachineToken(credentials);
        }

        token.Write(answer, claims, (long)((expires - now).TotalSeconds + 0.5));
    }

    private AuditEvent Event(HttpContext http, MachineRequest request)
    {
        var source = new EventContext(clock, EventContext.CommitmentOf(commitments, http.Connection.RemoteIpAddress), Activity.Current?.TraceId.ToHexString());
        return RecordAnswer.Event(source, ProtocolKinds.Token, null, request.ClientId, null, GrantTypes.ClientCredentials, request.Scope);
    }

    private static ValueTask WriteAsync(HttpResponse response, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/json;charset=UTF-8";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        response.Headers.Expires = "Thu, 01 Jan 1970 00:00:00 GMT";
        return response.Body.WriteAsync(body, cancellation);
    }
}
