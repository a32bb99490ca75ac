namespace Backbone.Platform.Web.Hosting;

/// <summary>
/// What the demonstration seeded and the host prints and writes into its ready file. Modules add to it while they seed, before the server
/// listens. In memory only: passwords are on it in the process that generated them and nowhere afterwards.
/// </summary>
public sealed class DemonstrationSheet
{
    private readonly Lock gate = new();
    private readonly List<DemonstrationAccount> accounts = [];
    private readonly List<DemonstrationClient> clients = [];

    public IReadOnlyList<DemonstrationAccount> Accounts
    {
        get
        {
            lock (gate)
            {
                return [.. accounts];
            }
        }
    }

    public IReadOnlyList<DemonstrationClient> Clients
    {
        get
        {
            lock (gate)
            {
                return [.. clients];
            }
        }
    }

    /// <summary>Where a start is tried again, the attempt before made the account: its password stays known.</summary>
    public void Add(DemonstrationAccount account)
    {
        lock (gate)
        {
            if (account.Password is null && accounts.Any(known => known.Name == account.Name && known.Password is not null))
            {
                return;
            }

            accounts.RemoveAll(known => known.Name == account.Name);
            accounts.Add(account);
        }
    }

    public void Add(DemonstrationClient client)
    {
        lock (gate)
        {
            clients.RemoveAll(known => known.Id == client.Id);
            clients.Add(client);
        }
    }
}

/// <param name="Name">What the person types to sign in.</param>
/// <param name="Password">Null when the account was seeded by an earlier start: it was shown once.</param>
/// <param name="TotpSecret">Base32; null when the account has no authenticator, or it was shown once.</param>
/// <param name="Roles">Role claims.</param>
public sealed record DemonstrationAccount(string Name, string? Password, string? TotpSecret, IReadOnlyList<string> Roles);

/// <param name="Id">The client id.</param>
/// <param name="Secret">Null for public clients.</param>
/// <param name="Kind"><c>web</c>, <c>spa</c>, <c>native</c> or <c>machine</c>.</param>
/// <param name="GrantTypes">OAuth grant types.</param>
/// <param name="Scopes">Scopes it may ask for.</param>
/// <param name="RedirectUris">Registered redirect URIs.</param>
public sealed record DemonstrationClient(
    string Id,
    string? Secret,
    string Kind,
    IReadOnlyList<string> GrantTypes,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> RedirectUris);
