using Backbone.Audit.Integrating;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Witness;
using Backbone.Audit.Publishing;
using Backbone.Audit.Tests.Integrating;
using Backbone.Audit.Witnessing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Tests.Witnessing;

/// <summary>What a log bears when its witness, its disk or its own publishing misbehaves.</summary>
public sealed class WitnessFaultTests : IDisposable
{
    private static readonly NoteSigner Signer = NoteSigner.Cosignature("witness.example", new byte[NoteSigner.SeedBytes]);
    private readonly TreeHost log = new();
    private readonly string settings = Directory.CreateTempSubdirectory("audit-witness-").FullName;

    public void Dispose()
    {
        log.Dispose();
        Directory.Delete(settings, recursive: true);
    }

    [Fact]
    public async Task A_witness_whose_answer_does_not_end_is_not_listened_to()
    {
        await using var witness = await StartAsync(async http =>
        {
            var bytes = new byte[64 << 10];
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
            }
        });
        await using var app = await StartLogAsync(witness);
        var published = app.Services.GetRequiredService<PublishedLog>();
        await TreeHost.AppendAsync(app, 1);
        await UntilAsync(() => published.State.Witnesses.Count == 1);

        // And not only when its time is over: until then it would fill the memory.
        Assert.Equal("is out of reach", published.State.Witnesses["neighbour"]);
        await app.StopAsync();
    }

    [Fact]
    public async Task A_cosignature_that_cannot_be_written_costs_neither_the_host_nor_the_next()
    {
        var rounds = 0;
        var inTheWay = "";
        await using var witness = await StartAsync(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var asked = AddCheckpointRequest.Parse(body.ToArray());
            if (++rounds == 1)
            {
                inTheWay = Path.Combine(log.Tlog, "checkpoints", $"{asked.Checkpoint.Checkpoint.Size}.new");
                Directory.CreateDirectory(inTheWay);
            }

            await http.Response.WriteAsync(Signer.Sign(asked.Checkpoint.Note.Text.Span, 1) + "\n");
        });
        await using var app = await StartLogAsync(witness);
        var published = app.Services.GetRequiredService<PublishedLog>();
        await TreeHost.AppendAsync(app, 1);
        await UntilAsync(() => rounds > 0 && Directory.Exists(inTheWay));
        await UntilAsync(() => rounds > 1);
        Assert.Equal(0, published.State.Witnessed);
        Directory.Delete(inTheWay);

        await UntilAsync(() => published.State.Witnessed == 1);
        await app.StopAsync();
    }

    [Fact]
    public async Task When_publishing_stops_the_reason_that_is_told_is_its_own_and_no_witness_is_said_to_contradict()
    {
        await using var witness = await StartAsync(http =>
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        await using var app = await StartLogAsync(witness);
        var published = app.Services.GetRequiredService<PublishedLog>();
        await TreeHost.AppendAsync(app, 1);
        await published.WaitPublishedAsync(0, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        var anchors = app.Services.GetRequiredService<Anchors>();
        var origin = app.Services.GetRequiredService<LogSigner>().Origin;
        var anchor = (await anchors.FindAsync(origin, CancellationToken.None))!;
        await anchors.MoveAsync(anchor.Size, new() { Origin = origin, Size = 4_711, Root = anchor.Root, Note = anchor.Note }, CancellationToken.None);

        await TreeHost.AppendAsync(app, 1);
        await app.Services.GetServices<IHostedService>().OfType<AskWitnesses>().Single().ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.StartsWith($"the checkpoint of {origin} in the database is not the one", published.Failure!.Message, StringComparison.Ordinal);
        await app.StopAsync();
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }

    private async Task<WebApplication> StartLogAsync(WebApplication witness)
    {
        await using (var first = await log.StartAsync())
        {
            await File.WriteAllTextAsync(
                Path.Combine(settings, "policy"),
                $"log {first.Services.GetRequiredService<LogSigner>().VerifierKey}\nwitness neighbour {Signer.Key} {witness.Urls.First()}\nquorum neighbour\n");
            await first.StopAsync();
        }

        return await log.StartAsync(("Backbone:Audit:Tree:PolicyFile", Path.Combine(settings, "policy")));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
