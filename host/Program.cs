using System.Runtime.InteropServices;
using Backbone.Audit.Elasticsearch.Kibana;
using Backbone.Audit.Elasticsearch.Reconciling;
using Backbone.Credit.Commands;
using Backbone.Credit.Statistics;
using Backbone.Host;
using Backbone.Host.CommandLine;
using Backbone.Host.Doctor;
using Backbone.Host.Startup;
using Backbone.Identity.Accounts.Staff;
using Backbone.Platform.Web.Hosting;

try
{
    var arguments = HostArguments.Parse(args, BackboneHost.ModuleNames, Console.Out);
    return arguments.Verb switch
    {
        Verb.Run => await RunAsync(arguments),
        Verb.Doctor => await ExamineAsync(arguments),
        Verb.ResetPasswords => await ResetAsync(arguments),
        Verb.Reconcile => await IndexAsync(arguments, (index, asked) => index.ReconcileAsync(Console.Out, asked)),
        Verb.Reindex => await IndexAsync(arguments, (index, asked) => index.ReindexAsync(arguments.From, Console.Out, asked)),
        Verb.Redeliver => await IndexAsync(arguments, (index, asked) => index.RedeliverAsync(Console.Out, asked)),
        Verb.Kibana => WriteKibana(arguments.Output),
        Verb.Staff => await StaffAsync(arguments, arguments.Staff!),
        Verb.Monitor => await MonitorAsync(arguments, arguments.Monitor!),
        Verb.Impact => await ImpactAsync(arguments, arguments.Impact!),
        Verb.Credit => arguments.Credit!(Console.Out),
        _ => 0,
    };
}
catch (StartRefusedException refusal)
{
    foreach (var failure in refusal.Failures)
    {
        await Console.Error.WriteLineAsync(failure);
    }

    return refusal.ExitCode;
}

static async Task<int> RunAsync(HostArguments arguments)
{
    if (arguments.ReadyFile is { } path)
    {
        ReadyFile.Clear(path);
    }

    // From the first moment on: the server's own handling begins only with its start. Never disposed: a second signal may still come.
    var asked = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
    var ready = false;
    try
    {
        await using var host = await StartAsync(arguments, asked.Token);
        await host.AnnounceAsync(Console.Out, asked.Token);
        ready = true;
        await host.WaitForShutdownAsync();
    }
    catch (Exception) when (asked.IsCancellationRequested && !ready)
    {
        // Whatever the interrupted steps said: the next start does them again.
        Console.WriteLine("Stopped before it was ready. Nothing is half done; start it again when you like.");
    }

    return 0;

    void Ask(PosixSignalContext signal)
    {
        signal.Cancel = true;
        asked.Cancel();
    }
}

static async Task<BackboneHost> StartAsync(HostArguments arguments, CancellationToken asked)
{
    try
    {
        return await BackboneHost.StartAsync(arguments, cancellation: asked);
    }
    catch (Exception failure) when (!asked.IsCancellationRequested && failure is not StartRefusedException)
    {
        // A damaged log, a key that is open to others, a database that is away: the sentence, not the stack. Modules word it for operators.
        throw new StartRefusedException(
            1, [$"The host did not start. {failure.GetBaseException().Message}", "What to do about it: the same command line with the verb 'doctor'."]);
    }
}

static async Task<int> ExamineAsync(HostArguments arguments)
{
    var host = BackboneHost.Build(arguments);
    host.ValidateOptions();
    Console.WriteLine("ok       configuration: every setting is within its bounds");
    return await Examination.RunAsync(host.Services.GetServices<IDoctorCheck>(), Console.Out, CancellationToken.None);
}

static async Task<int> ResetAsync(HostArguments arguments)
{
    var host = BackboneHost.Build(arguments);
    host.ValidateOptions();
    if (host.Services.GetService<IDemonstrationPasswords>() is not { } passwords)
    {
        throw new StartRefusedException(1, ["There are no demonstration accounts: identity or the demonstration is off."]);
    }

    await passwords.ResetAsync(CancellationToken.None);
    StartTable.Write(Console.Out, host.Options, null, host.Services.GetRequiredService<DemonstrationSheet>(), ready: false);
    return 0;
}

static async Task<int> StaffAsync(HostArguments arguments, StaffOrder order)
{
    var host = BackboneHost.Build(arguments);
    host.ValidateOptions();
    if (host.Services.GetService<StaffAccounts>() is not { } staff)
    {
        throw new StartRefusedException(1, ["There are no staff accounts: the module identity is off."]);
    }

    // Before the first start, too: somebody has to be its administrator.
    host.CreateDataFolder();
    var (output, none) = (Console.Out, CancellationToken.None);
    return await (order.Verb switch
    {
        StaffVerb.Add => staff.AddAsync(order.Name, order.DisplayName, order.Roles, output, none),
        StaffVerb.Roles => staff.SetRolesAsync(order.Name, order.Roles, output, none),
        StaffVerb.Reset => staff.ResetAsync(order.Name, output, none),
        StaffVerb.Disable => staff.DisableAsync(order.Name, output, none),
        StaffVerb.Enable => staff.EnableAsync(order.Name, output, none),
        _ => staff.ListAsync(output, none),
    });
}

static async Task<int> MonitorAsync(HostArguments arguments, MonitorOrder order)
{
    var host = BackboneHost.Build(arguments);
    host.ValidateOptions();
    return host.Services.GetService<MonitorRelease>() is { } monitor
        ? await monitor.RunAsync(order.Day, order.OneOf, Console.Out, CancellationToken.None)
        : throw new StartRefusedException(1, ["There are no grades: the module credit is off."]);
}

static async Task<int> ImpactAsync(HostArguments arguments, ImpactOrder order)
{
    var host = BackboneHost.Build(arguments);
    host.ValidateOptions();
    return host.Services.GetService<TryImpact>() is { } impact
        ? await impact.RunAsync(order.Before, order.After, order.Purpose, Console.Out, CancellationToken.None)
        : throw new StartRefusedException(1, ["There are no organisations: the module credit is off."]);
}

static async Task<int> IndexAsync(HostArguments arguments, Func<IndexUpkeep, CancellationToken, Task<int>> work)
{
    var host = BackboneHost.Build(arguments);
    host.ValidateOptions();
    if (host.Services.GetService<IndexUpkeep>() is not { } index)
    {
        throw new StartRefusedException(1, ["There is no Elasticsearch: Backbone:Elasticsearch:Urls is not set."]);
    }

    using var asked = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
    {
        signal.Cancel = true;
        asked.Cancel();
    });
    try
    {
        return await work(index, asked.Token);
    }
    catch (OperationCanceledException) when (asked.IsCancellationRequested)
    {
        Console.WriteLine("Interrupted. What was delivered stays; run it again when you like.");
        return 1;
    }
}

static int WriteKibana(string path)
{
    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    File.WriteAllText(path, KibanaObjects.Write());
    Console.WriteLine($"{path}: import it in Kibana under Stack Management, Saved Objects.");
    return 0;
}
