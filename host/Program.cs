using Backbone.Host;
using Backbone.Host.CommandLine;

try
{
    var arguments = HostArguments.Parse(args, BackboneHost.ModuleNames, Console.Out);
    if (arguments.Verb == Verb.Answered)
    {
        return 0;
    }

    await using var host = await BackboneHost.StartAsync(args);
    await host.WaitForShutdownAsync();
    return 0;
}
catch (StartRefusedException refusal)
{
    foreach (var failure in refusal.Failures)
    {
        await Console.Error.WriteLineAsync(failure);
    }

    return refusal.ExitCode;
}
