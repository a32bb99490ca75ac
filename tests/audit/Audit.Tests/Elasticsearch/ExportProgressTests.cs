using Backbone.Audit.Elasticsearch.Exporting;

namespace Backbone.Audit.Tests.Elasticsearch;

public sealed class ExportProgressTests
{
    [Fact]
    public void A_batch_that_gets_on_does_not_hide_another_that_stands_still()
    {
        var progress = new ExportProgress(TimeProvider.System);
        progress.Failed(0, "the disk is full", mayHaveHappened: false);
        var since = progress.Fault!.Since;

        Assert.False(progress.Succeeded(5_000));
        progress.Failed(0, "the disk is full", mayHaveHappened: false);

        Assert.Equal(since, progress.Fault!.Since);
        Assert.True(progress.Succeeded(0));
        Assert.Null(progress.Fault);
    }

    [Fact]
    public async Task Letters_of_two_writers_at_once_are_all_there()
    {
        var folder = Directory.CreateTempSubdirectory("dead-letters-");
        try
        {
            var path = Path.Combine(folder.FullName, "dead-letters.ndjson");
            await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
            {
                var own = new DeadLetters(path);
                for (var i = 0; i < 50; i++)
                {
                    own.Append([new DeadLetter((writer * 50) + i, DateTimeOffset.UnixEpoch, 400, "mapper_parsing_exception", new string('x', writer * 40))]);
                }
            })));

            Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), new DeadLetters(path).Waiting.Keys);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
