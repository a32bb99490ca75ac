using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Backbone.Testing;

/// <summary>
/// A browser without scripts: keeps cookies, follows redirects over every origin on loopback, fills in and sends forms as HTML says.
/// What works here works for a person with JavaScript off.
/// </summary>
public sealed class ScriptlessBrowser : IDisposable
{
    private const int MostRedirects = 15;
    private readonly HttpClient client;
    private readonly HtmlParser parser = new();

    public ScriptlessBrowser(Uri start, string language = "zh-CN")
    {
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            CookieContainer = Cookies,
            UseProxy = false,
        });
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", language);
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36");
        Address = start;
        Language = language;
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>What it asks every server for.</summary>
    public string Language { get; }

    /// <summary>Where the browser stands after all redirects.</summary>
    public Uri Address { get; private set; }

    public HttpStatusCode Status { get; private set; }

    /// <summary>The body as text, whatever its type.</summary>
    public string Body { get; private set; } = "";

    public IHtmlDocument Page => parser.ParseDocument(Body);

    public string Heading => Page.QuerySelector("h1")?.TextContent.Trim() ?? "";

    /// <summary>Every address passed through since the last <see cref="GoAsync"/> or <see cref="SubmitAsync"/>, in order.</summary>
    public List<Uri> Trail { get; } = [];

    public Task GoAsync(string address) => SendAsync(HttpMethod.Get, new Uri(Address, address), null);

    /// <summary>Fills in the form that has all these fields and sends it by its button (or by the button with that text or value).</summary>
    /// <param name="fields">What is typed, by the fields' names.</param>
    /// <param name="button">Text or value of the button that is pressed.</param>
    /// <param name="form">Id of the form, or how its address ends.</param>
    /// <param name="files">What is chosen in file fields, in a form that sends files.</param>
    public Task SubmitAsync(
        IReadOnlyDictionary<string, string>? fields = null, string? button = null, string? form = null, IReadOnlyList<ChosenFile>? files = null)
    {
        var page = Page;
        var chosen = page.Forms.FirstOrDefault(candidate => Suits(candidate, fields, button, form))
            ?? throw new InvalidOperationException(
                $"No form on {Address} has the fields [{string.Join(", ", fields?.Keys ?? [])}] and the button '{button}'. " +
                $"Heading: {Heading}. Forms: {string.Join(" | ", page.Forms.Select(Describe))}");
        var values = chosen.QuerySelectorAll("input[name], select[name], textarea[name]")
            .Where(element => !element.HasAttribute("disabled") && Sent(element))
            .Select(element => KeyValuePair.Create(element.GetAttribute("name")!, ValueOf(element)))
            .Where(pair => fields is null || !fields.ContainsKey(pair.Key)).ToList();
        values.AddRange(fields ?? new Dictionary<string, string>());
        var pressed = Buttons(chosen).FirstOrDefault(b => button is null || IsNamed(b, button));
        if (pressed?.GetAttribute("name") is { Length: > 0 } name)
        {
            values.Add(KeyValuePair.Create(name, pressed.GetAttribute("value") ?? ""));
        }

        var action = pressed?.GetAttribute("formaction") ?? chosen.GetAttribute("action");
        var target = string.IsNullOrEmpty(action) ? Address : new Uri(Address, action);
        if (string.Equals(chosen.GetAttribute("method"), "post", StringComparison.OrdinalIgnoreCase))
        {
            var isMultipart = string.Equals(chosen.GetAttribute("enctype"), "multipart/form-data", StringComparison.OrdinalIgnoreCase);
            return SendAsync(HttpMethod.Post, target, values, isMultipart ? files ?? [] : null);
        }

        var query = string.Join('&', values.Select(v => Uri.EscapeDataString(v.Key) + "=" + Uri.EscapeDataString(v.Value)));
        return SendAsync(HttpMethod.Get, new UriBuilder(target) { Query = query }.Uri, null);
    }

    /// <summary>The same form, sent to another host of the same site: what a proxy in front of several does.</summary>
    public Task PostElsewhereAsync(Uri host, IReadOnlyDictionary<string, string> fields)
    {
        Address = new Uri(host, Address.PathAndQuery);
        return SubmitAsync(fields);
    }

    /// <summary>Follows the first link whose text contains this.</summary>
    public Task FollowAsync(string text)
    {
        var link = Page.QuerySelectorAll("a[href]").FirstOrDefault(a => a.TextContent.Contains(text, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"No link with '{text}' on {Address}.");
        return GoAsync(link.GetAttribute("href")!);
    }

    public void Dispose() => client.Dispose();

    private async Task SendAsync(
        HttpMethod method, Uri target, IReadOnlyList<KeyValuePair<string, string>>? form, IReadOnlyList<ChosenFile>? files = null)
    {
        Trail.Clear();
        for (var hop = 0; hop < MostRedirects; hop++)
        {
            Trail.Add(target);
            using var request = new HttpRequestMessage(method, target);
            if (form is not null)
            {
                request.Content = files is null ? new FormUrlEncodedContent(form) : Multipart(form, files);
                request.Headers.TryAddWithoutValidation("Origin", Address.GetLeftPart(UriPartial.Authority));
            }

            using var response = await client.SendAsync(request);
            if (response.StatusCode is HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.MovedPermanently
                && response.Headers.Location is { } location)
            {
                Address = target;
                target = new Uri(target, location);
                (method, form) = (HttpMethod.Get, null);
                continue;
            }

            Address = target;
            Status = response.StatusCode;
            Body = await response.Content.ReadAsStringAsync();
            return;
        }

        throw new InvalidOperationException($"More than {MostRedirects} redirects: {string.Join(" → ", Trail)}");
    }

    private static MultipartFormDataContent Multipart(IReadOnlyList<KeyValuePair<string, string>> form, IReadOnlyList<ChosenFile> files)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in form)
        {
            content.Add(new StringContent(value), name);
        }

        foreach (var file in files)
        {
            content.Add(new ByteArrayContent(file.Bytes), file.Field, file.Name);
        }

        return content;
    }

    private static bool Suits(IHtmlFormElement candidate, IReadOnlyDictionary<string, string>? fields, string? button, string? form) =>
        (fields is null || fields.Keys.All(name => candidate.Elements.Any(e => e.GetAttribute("name") == name)))
        && (button is null || Buttons(candidate).Any(b => IsNamed(b, button)))
        && (form is null || candidate.GetAttribute("id") == form || candidate.GetAttribute("action")?.EndsWith(form, StringComparison.Ordinal) == true);

    private static IEnumerable<AngleSharp.Dom.IElement> Buttons(IHtmlFormElement form) =>
        form.Elements.Where(e => e is IHtmlButtonElement { Type: "submit" } or IHtmlInputElement { Type: "submit" });

    private static bool IsNamed(AngleSharp.Dom.IElement button, string text) =>
        button.TextContent.Trim() == text || button.GetAttribute("value") == text;

    private static bool Sent(AngleSharp.Dom.IElement element) => element switch
    {
        IHtmlInputElement { Type: "checkbox" or "radio" } box => box.IsChecked,
        IHtmlInputElement { Type: "submit" or "button" or "image" or "file" } => false,
        _ => true,
    };

    private static string ValueOf(AngleSharp.Dom.IElement element) => element switch
    {
        IHtmlInputElement input => input.Value,
        IHtmlSelectElement select => select.Value ?? "",
        IHtmlTextAreaElement area => area.Value,
        _ => "",
    };

    private static string Describe(IHtmlFormElement form) =>
        $"{form.GetAttribute("action")}[{string.Join(",", form.Elements.Select(e => e.GetAttribute("name")).Where(n => n is not null))}]";
}

/// <summary>A file that a person chose in a form.</summary>
public sealed record ChosenFile(string Field, string Name, byte[] Bytes);
