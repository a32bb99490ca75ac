using Backbone.Host;
using Backbone.Host.CommandLine;
using Backbone.Host.Doctor;
using Backbone.Host.Startup;
using Backbone.Platform.Web.Hosting;

try
{
    var arguments = HostArguments.Parse(args, BackboneHost.ModuleNames, Console.Out);
    return arguments.Verb switch
    {
        Verb.Run => await RunAsync(arguments),
        Verb.Doctor => await ExamineAsync(arguments),
        Verb.ResetPasswords => await ResetAsync(arguments),
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

    await using var host = await StartAsync(arguments);
    try
    {
        await host.AnnounceAsync(Console.Out, host.Stopping);
    }
    catch (OperationCanceledException) when (host.Stopping.IsCancellationRequested)
    {
        return 0; // asked to stop before it was ready
    }

    await host.WaitForShutdownAsync();
    return 0;
}

static async Task<BackboneHost> StartAsync(HostArguments arguments)
{
    try
    {
        return await BackboneHost.StartAsync(arguments);
    }
    catch (Exception failure) when (failure is not StartRefusedException and not OperationCanceledException)
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
