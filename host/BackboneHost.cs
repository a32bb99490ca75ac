using Backbone.Audit;
using Backbone.Audit.Forwarding;
using Backbone.Audit.Publishing;
using Backbone.Audit.Retention;
using Backbone.Audit.Searching;
using Backbone.Audit.State;
using Backbone.Credit;
using Backbone.Host.CommandLine;
using Backbone.Host.Doctor;
using Backbone.Host.Startup;
using Backbone.Identity;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Hosting;
using Backbone.Platform.Web.Keys;
using Backbone.Platform.Web.Pages;
using Backbone.Platform.Web.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Backbone.Host;

/// <summary>All modules in one process. <c>Program.cs</c> and the tests start the very same thing.</summary>
internal sealed class BackboneHost : IAsyncDisposable
{
    private const int PortAttempts = 5;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly WebApplication app;
    private readonly HostArguments arguments;
    private readonly IReadOnlyList<IBackboneModule> modules;
    private readonly SampleAddresses? samples;
    private readonly List<WebApplication> sampleApps = [];

    private BackboneHost(
        WebApplication app, BackboneOptions options, HostArguments arguments, SampleAddresses? samples, IReadOnlyList<IBackboneModule> modules)
    {
        this.app = app;
        this.modules = modules;
        this.arguments = arguments;
        this.samples = samples;
        Options = options;
    }

    public static IReadOnlyList<string> ModuleNames { get; } = [.. AllModules().Select(module => module.Name)];

    public BackboneOptions Options { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>Cancelled when the process is asked to stop.</summary>
    public CancellationToken Stopping => app.Lifetime.ApplicationStopping;

    private bool RunsIdentity => arguments.Modules.Contains("identity");

    /// <summary>Reads the command line, builds and starts. When it returns, server and sample apps listen.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="adjust">Tests replace the clock and put probes beside what runs; nothing else.</param>
    /// <param name="cancellation">Gives up the start.</param>
    /// <exception cref="StartRefusedException">Configuration or command line is wrong; nothing was started.</exception>
    public static Task<BackboneHost> StartAsync(
        string[] args, Action<IServiceCollection>? adjust = null, CancellationToken cancellation = default) =>
        StartAsync(HostArguments.Parse(args, ModuleNames, TextWriter.Null), adjust, cancellation);

    /// <inheritdoc cref="StartAsync(string[], Action{IServiceCollection}?, CancellationToken)"/>
    public static async Task<BackboneHost> StartAsync(
        HostArguments arguments, Action<IServiceCollection>? adjust = null, CancellationToken cancellation = default)
    {
        // One sheet for all attempts: the accounts are made once, and what their passwords are is known only here.
        var sheet = new DemonstrationSheet();
        for (var attempt = 1; ; attempt++)
        {
            var host = Build(arguments, adjust, sheet);
            try
            {
                host.ValidateOptions();
                host.RefuseTakenAddresses();
                host.CreateDataFolder();

                // Not before: composing asks for antiforgery, that for data protection, and that makes the master key.
                Pipeline.Compose(host.app, host.Options, host.modules);
                await host.app.StartAsync(cancellation);
                await host.StartSamplesAsync(cancellation);
                return host;
            }
            catch (IOException failure) when (failure.InnerException is AddressInUseException)
            {
                await host.DisposeAsync();
                if (!FreePort.IsAskedFor(arguments.Urls ?? "") || attempt == PortAttempts)
                {
                    throw new StartRefusedException(1, [$"{failure.Message} Choose other addresses with --urls."]);
                }
            }
            catch
            {
                await host.GiveUpAsync();
                throw;
            }
        }
    }

    /// <summary>Composes the process without starting, opening or creating anything.</summary>
    public static BackboneHost Build(HostArguments arguments, Action<IServiceCollection>? adjust = null, DemonstrationSheet? sheet = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        HostConfiguration.Load(builder.Configuration, arguments);
        var options = HostConfiguration.Bind(builder.Configuration);
        var addresses = HostConfiguration.Samples(options, FreePort.IsAskedFor(arguments.Urls ?? ""));
        builder.WebHost.UseUrls(options.Urls).ConfigureKestrel(Pipeline.Limit);
        builder.Logging.ClearProviders();

        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(addresses);
        services.AddSingleton(sheet ?? new DemonstrationSheet());
        HostLogging.Add(services, options);
        HostTelemetry.Add(services, options);
        services.AddHttpClient();
        services.AddHealthChecks();
        var context = new ModuleContext(services, builder.Configuration, options);
        if (AuditForwarding.IsUsed(builder.Configuration))
        {
            context.AddAuditForwarding();
        }
        else
        {
            context.AddAuditState();
            services.AddAuditTrail(options);
            context.AddAuditTree();
            context.AddEventIndex();
            context.AddAuditRetention();
        }

        services.AddSingleton(EventKinds.Catalogue);
        services.AddPageShell(options);
        services.AddRateLimiter(_ => { });
        services.AddConsoleSignIn(options);
        services.AddSignInOfPage(ConsoleSignIn.Cookie);
        services.PostConfigure<AuthenticationOptions>(authentication => authentication.DefaultScheme ??= SignInOfPage.Scheme);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddSingleton<IDoctorCheck, StorageCheck>();
        services.AddSingleton<IDoctorCheck, KeysCheck>();
        services.AddSingleton<IDoctorCheck, ClockCheck>();
        services.AddSingleton<IDoctorCheck, PortsCheck>();
        if (!arguments.Modules.Contains("identity"))
        {
            services.AddSealedDataProtection(options);
        }

        var modules = AllModules().Where(module => arguments.Modules.Contains(module.Name)).ToList();
        foreach (var module in modules)
        {
            module.AddServices(context);
        }

        adjust?.Invoke(services);
        var app = builder.Build();
        var samples = options.StartsSamples && arguments.Modules.Contains("identity") ? addresses : null;
        return new BackboneHost(app, options, arguments, samples, modules);
    }

    /// <summary>Every failure of every module's options, before anything starts.</summary>
    public void ValidateOptions()
    {
        try
        {
            Services.GetService<IStartupValidator>()?.Validate();
        }
        catch (OptionsValidationException failure)
        {
            throw new StartRefusedException(1, [.. failure.Failures]);
        }
        catch (AggregateException failures)
        {
            throw new StartRefusedException(
                1,
                [.. failures.Flatten().InnerExceptions.SelectMany(failure => failure is OptionsValidationException options ? options.Failures : [failure.Message])]);
        }
    }

    /// <summary>
    /// Before anything is made: keys and databases come before listening, the demonstration accounts before the sample apps listen, and a
    /// start that then fails would leave accounts whose passwords nobody was shown. Somebody may still take an address in between; the
    /// server notices that.
    /// </summary>
    private void RefuseTakenAddresses()
    {
        string[] all = [.. Options.Urls.Split(';'), .. samples is null ? (string[])[] : [samples.CitizenApp, samples.OfficeApp]];
        if (FreePort.FirstTaken(all) is { } taken)
        {
            throw new IOException($"Failed to bind to address {taken}: address already in use.", new AddressInUseException(taken));
        }
    }

    /// <summary>Asks everything whether it answers, then says so: the table, and the ready file if one was asked for.</summary>
    public async Task AnnounceAsync(TextWriter output, CancellationToken cancellation)
    {
        await SelfProbe.RunAsync(Options, RunsIdentity, samples, TimeProvider.System, cancellation);
        var sheet = Services.GetRequiredService<DemonstrationSheet>();
        if (arguments.ReadyFile is { } path)
        {
            ReadyFile.Write(path, Options, samples, sheet, Services.GetService<AuditLogAddress>());
        }

        StartTable.Write(output, Options, samples, sheet);
    }

    /// <summary>Completes when the process is asked to stop (Ctrl-C, SIGTERM).</summary>
    public Task WaitForShutdownAsync() => app.WaitForShutdownAsync();

    /// <summary>Stops listening, lets requests finish, drains what modules have to drain.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var sample in sampleApps)
        {
            await sample.DisposeAsync();
        }

        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>After a start that failed. Why it failed is what counts.</summary>
    private async Task GiveUpAsync()
    {
        try
        {
            await DisposeAsync();
        }
        catch (ArgumentNullException)
        {
            // Where a background service could not even be made, the framework has no list of those to stop.
            await app.DisposeAsync();
        }
    }

    private static IReadOnlyList<IBackboneModule> AllModules() => [new AuditModule(), new IdentityModule(), new CreditModule()];

    /// <summary>For its owner alone.</summary>
    public void CreateDataFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Options.DataDirectory);
        }
        else
        {
            Directory.CreateDirectory(Options.DataDirectory, OwnerOnly);
        }
    }

    /// <summary>The sample apps are guests: separate applications that know the issuer's address and their own secret, nothing else.</summary>
    private async Task StartSamplesAsync(CancellationToken cancellation)
    {
        if (samples is null)
        {
            return;
        }

        sampleApps.Add(CitizenApp.CitizenApp.Build(Arguments("ai-shandong", samples.CitizenApp)));
        sampleApps.Add(OfficeApp.OfficeApp.Build(Arguments("shandong-tong", samples.OfficeApp)));
        await Task.WhenAll(sampleApps.Select(sample => sample.StartAsync(cancellation)));
    }

    private string[] Arguments(string client, string url) =>
    [
        "--urls", url,
        "--Issuer", Options.PublicUrl,
        "--ClientId", client,
        "--ClientSecretFile", Options.PathOf("secrets", $"{client}.secret"),
    ];
}
