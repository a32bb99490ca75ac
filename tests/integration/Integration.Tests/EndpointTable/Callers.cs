using System.Net;
using Backbone.Testing;

namespace Backbone.Integration.Tests.EndpointTable;

/// <summary>
/// The people of the table, each signed in once through the pages as a person would: at the portal, and those of the console by its own
/// OpenID Connect sign-in too. And programs, each with its token.
/// </summary>
internal sealed class Callers : IDisposable
{
    public const string Stranger = "stranger";

    private const string Person = "person";
    private const string Administrator = "administrator";
    private const string AuditAdministrator = "audit-administrator";
    private const string SystemAdministrator = "system-admin";
    private const string CreditOfficer = "credit-officer";
    private const string CreditOfficerAccount = "credit-1";
    private const string CreditPolicy = "credit-policy";
    private const string CreditPolicyAccount = "policy-1";
    private const string CreditClerk = "credit-clerk";
    private const string CreditClerkAccount = "clerk-1";
    private const string CreditSupervisor = "credit-supervisor";
    private const string CreditSupervisorAccount = "supervisor-1";
    private const string Writer = "writer";
    private const string Reader = "reader";
    private const string Forwarder = "forwarder";
    private const string Portal = "portal";
    private const string Reporter = "reporter";
    private const string Registry = "registry";
    private const string WrongReporter = "program without the scopes of credit";
    private const string Representative = "representative";
    private const string Asker = "asker";
    private const string WrongProgram = "program without the scope";
    private const string CreditInterface = "urn:backbone:api:credit";
    private const string AuditInterface = "urn:backbone:api:audit";

    private readonly Dictionary<string, HttpClient> clients = [];
    private readonly List<ScriptlessBrowser> browsers = [];

    /// <summary>Who may, by the table's word.</summary>
    public static string RightFor(string who) => who switch
    {
        "-" or Person => DemonstrationPeople.CitizenByPhone,
        Administrator or AuditAdministrator => DemonstrationPeople.AuditAdministrator,
        CreditOfficer => CreditOfficerAccount,
        CreditPolicy => CreditPolicyAccount,
        CreditClerk => CreditClerkAccount,
        CreditSupervisor => CreditSupervisorAccount,
        Writer or Reader or Forwarder or Portal or Reporter or Registry or Asker or Representative => who,
        _ => throw new FormatException($"Nobody is called '{who}' in endpoints.txt."),
    };

    /// <summary>Who is signed in and may not. A page of one administrator is refused to another.</summary>
    public static string WrongFor(string who) => who switch
    {
        Administrator => DemonstrationPeople.Office,
        AuditAdministrator => SystemAdministrator,
        CreditOfficer or CreditClerk => DemonstrationPeople.AuditAdministrator,
        CreditPolicy or CreditSupervisor => CreditOfficerAccount,
        Writer or Reader or Forwarder or Portal => WrongProgram,
        Reporter or Registry or Asker => WrongReporter,
        Representative => DemonstrationPeople.CitizenByPhone,
        _ => throw new FormatException($"For '{who}' nobody who is signed in is the wrong one."),
    };

    public static async Task<Callers> SignInAsync(BackboneFixture backbone)
    {
        var callers = new Callers();
        callers.clients[Stranger] = backbone.NewClient();
        await callers.AddAsync(backbone, DemonstrationPeople.CitizenByPhone, "/usage");
        await callers.AddAsync(backbone, DemonstrationPeople.Office, "/console");
        await callers.AddAsync(backbone, SystemAdministrator, "/console");
        await callers.AddAsync(backbone, DemonstrationPeople.AuditAdministrator, "/console");
        await callers.AddAsync(backbone, CreditOfficerAccount, "/console");
        await callers.AddAsync(backbone, CreditPolicyAccount, "/console");
        await callers.AddAsync(backbone, CreditClerkAccount, "/console");
        await callers.AddAsync(backbone, CreditSupervisorAccount, "/console");
        await callers.AddRepresentativeAsync(backbone);
        callers.clients[Writer] = await backbone.NewProgramAsync("machine", "audit.write", AuditInterface);
        callers.clients[Reader] = await backbone.NewProgramAsync("machine", "audit.read", AuditInterface);
        callers.clients[Forwarder] = await backbone.NewProgramAsync("machine", "audit.forward", AuditInterface);
        callers.clients[Portal] = await backbone.NewProgramAsync("machine", "audit.usage", AuditInterface);
        callers.clients[WrongProgram] = await backbone.NewProgramAsync("machine", "services.read", AuditInterface);
        callers.clients[Reporter] = await backbone.NewProgramAsync("machine", "credit.facts.report", CreditInterface);
        callers.clients[Registry] = await backbone.NewProgramAsync("machine", "credit.profiles.report", CreditInterface);
        callers.clients[Asker] = await backbone.NewProgramAsync("machine", "credit.read", CreditInterface);
        callers.clients[WrongReporter] = await backbone.NewProgramAsync("machine", "services.read", CreditInterface);
        return callers;
    }

    /// <summary>The status a caller gets; no redirect is followed, and a form carries nothing.</summary>
    public async Task<int> AskAsync(string caller, HttpMethod method, string address)
    {
        using var request = new HttpRequestMessage(method, address);
        if (method == HttpMethod.Post)
        {
            request.Content = new FormUrlEncodedContent([]);
        }

        using var answer = await clients[caller].SendAsync(request);
        return (int)answer.StatusCode;
    }

    public void Dispose()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }

        foreach (var browser in browsers)
        {
            browser.Dispose();
        }
    }

    private async Task AddAsync(BackboneFixture backbone, string name, string target)
    {
        var browser = NewBrowser(backbone, name);
        await browser.SignInAsync(backbone.Address, backbone.Account(name));
        await browser.GoAsync(target);
    }

    private async Task AddRepresentativeAsync(BackboneFixture backbone)
    {
        var browser = NewBrowser(backbone, Representative);
        await browser.RepresentAsync(backbone.Address, backbone.Account(DemonstrationPeople.CitizenByMail));
        await browser.GoAsync("/credit/my");
    }

    private ScriptlessBrowser NewBrowser(BackboneFixture backbone, string name)
    {
        var browser = new ScriptlessBrowser(backbone.Address);
        browsers.Add(browser);
        clients[name] = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = browser.Cookies, UseProxy = false })
        {
            BaseAddress = backbone.Address,
        };
        return browser;
    }
}
