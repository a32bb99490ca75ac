using Backbone.Identity.Notices;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.Register;

/// <summary>A person with a browser without scripts, and what reaches their phone or mailbox.</summary>
internal sealed class RegistrationJourney(BackboneFixture backbone) : IDisposable
{
    public const string Password = "vexed-lantern-orbit-82";

    public ScriptlessBrowser Browser { get; } = new(backbone.Address);

    public Notice LastNotice => backbone.Services.GetRequiredService<DevelopmentNotices>().Latest[0];

    public string Code => LastNotice.Code!;

    public async Task AskAsync(string identifier, string start = "/register")
    {
        await Browser.GoAsync(start);
        await Browser.SubmitAsync(new Dictionary<string, string> { ["identifier"] = identifier });
    }

    public Task EnterAsync(string code) => Browser.SubmitAsync(new Dictionary<string, string> { ["code"] = code });

    public Task FinishAsync(string password = Password, string name = "古丽·买买提") =>
        Browser.SubmitAsync(new Dictionary<string, string> { ["name"] = name, ["password"] = password });

    public async Task<RegistrationJourney> RegisterAsync(string identifier, string start = "/register")
    {
        await AskAsync(identifier, start);
        await EnterAsync(Code);
        await FinishAsync();
        return this;
    }

    /// <summary>A code that is not the right one.</summary>
    public string WrongCode(int step = 1) => ((int.Parse(Code, System.Globalization.CultureInfo.InvariantCulture) + step) % 1_000_000)
        .ToString("D6", System.Globalization.CultureInfo.InvariantCulture);

    public void Dispose() => Browser.Dispose();
}
