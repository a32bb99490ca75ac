using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Integration.Tests.Fuzzing;

/// <summary>Makes one hostile request for one endpoint: route values, query, headers and body, each known or bent or noise.</summary>
internal static class HostileRequest
{
    /// <summary>Parameters the protocol and the pages read, with values that pass the first checks.</summary>
    private static readonly (string Name, string Value)[] Known =
    [
        ("client_id", "web"), ("client_id", "machine"), ("client_secret", "x"), ("response_type", "code"), ("response_type", "token"),
        ("redirect_uri", "http://localhost:1/callback"), ("scope", "openid profile"), ("state", "s"), ("nonce", "n"), ("prompt", "none"),
        ("prompt", "login consent"), ("max_age", "0"), ("max_age", "x"), ("response_mode", "form_post"), ("response_mode", "fragment"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"), ("code_challenge_method", "plain"),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), ("grant_type", "authorization_code"), ("grant_type", "refresh_token"),
        ("grant_type", "client_credentials"), ("grant_type", "password"), ("code", "x"), ("refresh_token", "x"), ("token", "x"),
        ("token_type_hint", "access_token"), ("resource", "https://api.example/"), ("id_token_hint", "x.y.z"), ("ui_locales", "zh en"),
        ("post_logout_redirect_uri", "http://localhost:1/"), ("login_hint", "a@b"), ("request", "x.y.z"), ("request_uri", "urn:x"),
        ("claims", "{}"), ("acr_values", "1"), ("return", "/account"), ("q", "社保"), ("from", "2026-01-01"), ("to", "x"), ("cursor", "1"),
        ("before", "-1"), ("outcome", "success"), ("action", "sign-in"), ("id", "1"), ("code_entered", "123456"), ("identifier", "a@example.org"),
        ("password", "correct horse"), ("name", "张三"), ("lang", "en"), ("theme", "dark"), ("__RequestVerificationToken", "x"),
    ];

    private static readonly string[] ContentTypes =
    [
        "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain",
        "application/x-www-form-urlencoded; charset=utf-7", "application/xml", "a/b;c=\"",
    ];

    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"];

    public static HttpRequestMessage For(RouteEndpoint endpoint, Garbage garbage)
    {
        var declared = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? Methods;
        var method = garbage.OneIn(6) ? garbage.Pick(Methods) : garbage.Pick([.. declared]);
        var parameters = Enumerable.Range(0, garbage.Next(9)).Select(_ => garbage.Pick(Known)).Select(p => (p.Name, Value: garbage.Bend(p.Value))).ToList();
        if (garbage.OneIn(3))
        {
            parameters.Add((garbage.OneIn(2) ? "client_id" : garbage.Text(), garbage.Text()));
        }

        var carriesBody = method is "POST" or "PUT" or "PATCH";
        var path = PathOf(endpoint, garbage);
        var request = new HttpRequestMessage(new HttpMethod(method), carriesBody && !garbage.OneIn(4) ? path : path + "?" + Encode(parameters));
        if (carriesBody)
        {
            var body = garbage.OneIn(4) ? garbage.Bytes(4000) : Encoding.UTF8.GetBytes(Encode(parameters));
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", garbage.OneIn(3) ? garbage.Pick(ContentTypes) : ContentTypes[0]);
        }

        AddHeaders(request.Headers, garbage);
        return request;
    }

    private static string PathOf(RouteEndpoint endpoint, Garbage garbage)
    {
        var segments = endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
            _ => Uri.EscapeDataString(garbage.Bend("1")),
        })));
        return "/" + string.Join('/', segments);
    }

    // Half the values go out escaped, half raw where the header syntax allows: both kinds reach the parser in life.
    private static string Encode(List<(string Name, string Value)> parameters) =>
        string.Join('&', parameters.Select(p => Escape(p.Name) + "=" + Escape(p.Value)));

    private static string Escape(string text)
    {
        var wellFormed = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return wellFormed.Length > 8000 ? Uri.EscapeDataString(wellFormed[..2000]) : Uri.EscapeDataString(wellFormed);
    }

    private static void AddHeaders(HttpRequestHeaders headers, Garbage garbage)
    {
        void Maybe(int oneIn, string name, Func<string> value)
        {
            if (garbage.OneIn(oneIn))
            {
                headers.TryAddWithoutValidation(name, Printable(value()));
            }
        }

        Maybe(4, "Authorization", () => garbage.Pick(["Basic ", "Bearer ", "DPoP ", "Negotiate ", ""]) + garbage.Bend("d2ViOng="));
        Maybe(4, "Cookie", () => garbage.Pick(["bb-session=", "bb-af=", ".AspNetCore.Antiforgery=", "x="]) + garbage.Bend("CfDJ8x"));
        Maybe(6, "Accept-Language", () => garbage.Bend("zh-CN,en;q=0.5"));
        Maybe(6, "Accept", () => garbage.Bend("text/html"));
        Maybe(8, "Origin", () => garbage.Bend("https://evil.example"));
        Maybe(8, "X-Forwarded-For", () => garbage.Bend("1.2.3.4"));
        Maybe(8, "X-Forwarded-Proto", () => garbage.Bend("https"));
        Maybe(8, "traceparent", () => garbage.Bend("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        Maybe(10, "Range", () => garbage.Bend("bytes=0-1"));
        Maybe(10, "If-None-Match", () => garbage.Bend("\"x\""));
        Maybe(10, "User-Agent", garbage.Text);
    }

    private static string Printable(string value) => new([.. value.Where(c => c is >= ' ' and <= '~').Take(2000)]);
}
