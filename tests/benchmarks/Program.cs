using System.Globalization;
using System.Text;
using System.Text.Json;
using Backbone.Benchmarks;
using Backbone.Benchmarks.Audit;
using Backbone.Benchmarks.Audit.Index;
using Backbone.Benchmarks.Credit;
using Backbone.Benchmarks.Tokens;

if (args is [StockServer.Verb])
{
    await StockServer.RunAsync();
    return 0;
}

IFigure[] figures = [new FirstPage(), new IdleMemory(), new ClientCredentials(), new TokenAgainstStock(), new ShortAgainstLong(), new AuditAppendFigure(),
    new AppendToPublished(), new VerifyTenMillion(), new Receive(), new KillLoop(), new ExportAgainstBulk(), new ExportOutage(), new SpoolMemory(), new ForwardKills(), new IndexNewest(), new IndexHistogram(),
    new IndexChinese(), new IndexIngest(), new IndexMemory(), new LoadFacts(postgres: false), new LoadFacts(postgres: true),
    new RescoreAll(), new GiveNotices(), new ExplainOne(), new WhatIf(), new FitFigure("1", 0.86), new FitFigure("5", 0.91)];
if (args is ["--list"])
{
    foreach (var one in figures)
    {
        Console.WriteLine($"{one.Name,-32} {one.Goal} {one.Unit}");
    }

    return 0;
}

if (args.Length != 1 || figures.FirstOrDefault(one => one.Name == args[0]) is not { } figure)
{
    Console.Error.WriteLine($"Usage: --list | NAME. Known: {string.Join(", ", figures.Select(one => one.Name))}");
    return 2;
}

var measured = Math.Round(await figure.MeasureAsync(Console.Out), 3);
var holds = figure.Goal.Holds(measured);
using var buffer = new MemoryStream();
using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
{
    writer.WriteStartObject();
    writer.WriteString("name", figure.Name);
    writer.WriteNumber("figure", measured);
    writer.WriteString("unit", figure.Unit);
    writer.WriteString("goal", figure.Goal.ToString());
    writer.WriteBoolean("holds", holds);
    writer.WriteString("machine", Machine());
    writer.WriteEndObject();
}

Console.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
return holds ? 0 : 1;

static string Machine()
{
    var processor = File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
        : null;
    var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
    return string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} x {processor ?? "unknown"}, .NET {Environment.Version}, load {load}");
}
