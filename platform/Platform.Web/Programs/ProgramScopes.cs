namespace Backbone.Platform.Web.Programs;

/// <summary>
/// What programs may do now, for modules that do something for a program while it is not calling and shows no token. The module that keeps the catalogue
/// registers it; on a host without that module there is none, and nothing but the last token says what a program may.
/// </summary>
/// <param name="may">By the client's id and the scope; false for a client that is not in the catalogue, or can get no token in its own name.</param>
public sealed class ProgramScopes(Func<string, string, bool> may)
{
    public bool May(string client, string scope) => may(client, scope);
}
