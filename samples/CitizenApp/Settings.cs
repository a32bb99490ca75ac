namespace Backbone.CitizenApp;

/// <summary>The command line: <c>--Issuer URL --ClientId ID --ClientSecretFile PATH --urls URL</c>.</summary>
internal sealed record Settings(string Issuer, string ClientId, string ClientSecret, string Self)
{
    /// <summary>This app's API, as its file in the catalogue names it.</summary>
    public string Resource => $"urn:backbone:api:{ClientId}";

    public List<string> Scopes { get; } = ["openid", "profile", "phone", "services.read"];

    public bool IssuerIsLoopback => new Uri(Issuer).IsLoopback;

    public static Settings Read(IConfiguration configuration) => new(
        Required(configuration, "Issuer").TrimEnd('/'),
        configuration["ClientId"] ?? "ai-shandong",
        File.ReadAllText(Required(configuration, "ClientSecretFile")).Trim(),
        (configuration["urls"] ?? "http://localhost:7101").Split(';')[0].TrimEnd('/'));

    private static string Required(IConfiguration configuration, string name) => configuration[name]
        ?? throw new InvalidOperationException($"--{name} is required: --Issuer URL --ClientId ID --ClientSecretFile PATH --urls URL");
}
