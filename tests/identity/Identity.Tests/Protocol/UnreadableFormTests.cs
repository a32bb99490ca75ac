using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Contracts;

namespace Backbone.Identity.Tests.Protocol;

public sealed class UnreadableFormTests(ProtocolFixture backbone) : IClassFixture<ProtocolFixture>
{
    private const string Form = "application/x-www-form-urlencoded";

    public static TheoryData<string, string> Bodies()
    {
        var data = new TheoryData<string, string>();
        foreach (var path in (string[])["token", "introspect", "revoke", "authorize", "userinfo", "logout"])
        {
            foreach (var body in (string[])["json", "text", "foreign charset", "not UTF-8", "NUL", "broken multipart", "too many fields", "too large"])
            {
                data.Add(path, body);
            }
        }

        return data;
    }

    [Theory(DisplayName = "RFC 6749 5.2, appendix B: a body that is no readable form is invalid_request in the protocol's own words")]
    [MemberData(nameof(Bodies))]
    public async Task Refused(string path, string kind)
    {
        using var http = backbone.NewClient();

        // A client that asks before it sends reads the refusal of a body that is too large; another may only see its connection closed.
        http.DefaultRequestHeaders.ExpectContinue = true;
        using var response = await http.PostAsync("/connect/" + path, Body(kind));
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(kind == "too large" ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var error = JsonNode.Parse(text)!.AsObject();
        Assert.Equal("invalid_request", (string?)error["error"]);
        Assert.NotNull((string?)error["error_description"]);
        Assert.Null(error["type"]);
        if (path == "userinfo")
        {
            Assert.Contains("Bearer error=\"invalid_request\"", response.Headers.WwwAuthenticate.ToString().Replace("realm", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Theory(DisplayName = "RFC 6749 4.1.2.1: a person reads a page instead")]
    [InlineData("authorize", "json")]
    [InlineData("authorize", "foreign charset")]
    [InlineData("logout", "not UTF-8")]
    public async Task Page(string path, string kind)
    {
        using var http = backbone.NewClient();
        http.DefaultRequestHeaders.Add("Accept", "text/html");
        using var response = await http.PostAsync("/connect/" + path, Body(kind));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact(DisplayName = "RFC 9457 3: a page's form that cannot be read is still a problem document to a program")]
    public async Task Pages_keep_theirs()
    {
        using var http = backbone.NewClient();
        using var response = await http.PostAsync("/sign-in", Body("foreign charset"));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact(DisplayName = "CWE-158: a NUL is refused in every form and every query, before anything looks for it in a database")]
    public async Task Nul()
    {
        using var http = backbone.NewClient();
        foreach (var body in (string[])["nam%00e=a", "name=a%00", "name=a&name=%00"])
        {
            using var posted = await http.PostAsync("/sign-in", Typed(Encoding.ASCII.GetBytes(body), Form));
            Assert.Equal(HttpStatusCode.BadRequest, posted.StatusCode);
        }

        foreach (var address in (string[])["/sign-in?name=a%00", "/connect/authorize?client_id=%00", "/credit/v1/codes/91350100M000100Y43?x%00"])
        {
            using var asked = await http.GetAsync(address);
            Assert.Equal(HttpStatusCode.BadRequest, asked.StatusCode);
        }
    }

    [Fact(DisplayName = "RFC 6750 3: a refused token at userinfo is told in the header, and in the body in the same words")]
    public async Task Userinfo_error_body()
    {
        var (status, challenge, body) = await backbone.UserInfoAsync("garbage");

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (status, (string?)body["error"]));
        Assert.Contains("error=\"invalid_token\"", challenge, StringComparison.Ordinal);
    }

    private static HttpContent Body(string kind) => kind switch
    {
        "json" => new StringContent("{\"grant_type\":\"client_credentials\"}", Encoding.UTF8, "application/json"),
        "text" => new StringContent("grant_type=client_credentials", Encoding.UTF8, "text/plain"),
        "foreign charset" => Typed("grant_type=client_credentials"u8, Form + "; charset=utf-7"),
        "not UTF-8" => Typed([.. "grant_type="u8, 0xC3, 0x28, 0xFF, .. "&client_id=machine"u8], Form),
        "NUL" => Typed("grant_type=a%00"u8, Form),
        "broken multipart" => Typed("--x\r\nnothing"u8, "multipart/form-data; boundary=y"),
        "too many fields" => Typed(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 5_000).Select(i => $"a{i}=b&"))), Form),
        "too large" => Typed(Encoding.ASCII.GetBytes("a=" + new string('b', 2 << 20)), Form),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static ByteArrayContent Typed(ReadOnlySpan<byte> body, string type)
    {
        var content = new ByteArrayContent(body.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }
}
