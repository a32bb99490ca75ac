namespace Backbone.Platform.Web.Programs;

/// <summary>
/// What apps are called and whose they are, for pages of modules that know an app by its id alone. The module that keeps the catalogue registers
/// it; on a host without that module there is none, and an id stands for itself.
/// </summary>
/// <param name="find">By the client's id, in the language of the request; null for an app that is not in the catalogue.</param>
public sealed class AppNames(Func<string, AppName?> find)
{
    public AppName? Find(string id) => find(id);
}

/// <param name="Name">Of the app.</param>
/// <param name="Owner">The organisation that answers for it.</param>
public sealed record AppName(string Name, string Owner);
