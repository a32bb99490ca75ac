using Backbone.Credit.Facts.Files;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Credit.Facts.Uploads;

/// <summary>The empty table to fill in, in either language, with one row that shows how.</summary>
internal static class ShowTemplate
{
    public const string Chinese = UploadSetup.Path + "/template/zh.csv";

    public const string English = UploadSetup.Path + "/template/en.csv";

    private static readonly string[] ExampleZh =
        ["示例-1", "91350100M000100Y43", "行政处罚", "一般", "12000.50", "", "示监处罚〔2026〕1号", "示例市市场监督管理局", "食品安全法 第一百二十四条", "2026-05-20", "2026-03-01", "", "", "", "事实", "", ""];

    private static readonly string[] ExampleEn =
        ["example-1", "91350100M000100Y43", "administrative penalty", "general", "12000.50", "", "示监处罚〔2026〕1号", "示例市市场监督管理局", "食品安全法 第一百二十四条", "2026-05-20", "2026-03-01", "", "", "", "fact", "", ""];

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(UploadSetup.Path + "/template/{name}", Show).WithName("credit.facts.template").RequireAuthorization(UploadSetup.Policy);

    private static IResult Show(string name) => name switch
    {
        "zh.csv" => new CsvAnswer("facts-zh.csv", [.. FileForm.Facts.Columns.Select(column => column.Name.Zh)], [ExampleZh]),
        "en.csv" => new CsvAnswer("facts-en.csv", [.. FileForm.Facts.Columns.Select(column => column.Name.En)], [ExampleEn]),
        _ => new PageProblem(Problems.NotFound),
    };
}
