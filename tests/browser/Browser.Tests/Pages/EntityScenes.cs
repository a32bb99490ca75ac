namespace Backbone.Browser.Tests.Pages;

/// <summary>The console's page of one organisation: asked for wrongly and rightly, read, and over.</summary>
internal sealed class EntityScenes(BrowserWorld world, Album album)
{
    private const string Form = "/console/credit/entities";

    /// <param name="code">With facts, cases and a history.</param>
    /// <param name="plain">With neither cases nor a published grade.</param>
    public async Task LookAsync(WatchedPage officer, string code, string plain)
    {
        await album.VisitAsync(officer, Form, "entity-form");
        await AskAsync(officer, code[..^1], "行", null);
        await album.LookAsync(officer, "entity-asked-wrongly");
        await AskAsync(officer, code, "对379999198506180037的调查", "supervision");
        await album.LookAsync(officer, "entity-person-in-basis");
        await AskAsync(officer, "91110108551385082Q", "行政处罚法 第三十三条", "supervision");
        await album.LookAsync(officer, "entity-nothing-recorded");
        await world.AlterAsync($"DELETE FROM grades WHERE Entity = '{plain}'");
        await AskAsync(officer, plain, "行政处罚法 第三十三条", "supervision");
        await album.LookAsync(officer, "entity-without-cases");
        await AskAsync(officer, code, "行政处罚法 第三十三条", "supervision");
        await officer.Page.EvaluateAsync("document.querySelectorAll('main details').forEach(one => one.open = true)");
        await album.LookAsync(officer, "entity");
        var address = officer.Path;
        await world.AlterAsync($"UPDATE answered_queries SET At = At - 147456000000 WHERE Kind = 'desk' AND Entity = '{code}'");
        await album.VisitAsync(officer, address, "entity-over");
    }

    private async Task AskAsync(WatchedPage officer, string entity, string basis, string? purpose)
    {
        await officer.GoAsync(new Uri(world.Portal, Form));
        await officer.Page.FillAsync("#entity", entity);
        await officer.Page.FillAsync("#basis", basis);
        if (purpose is not null)
        {
            await officer.Page.CheckAsync($"input[name=purpose][value={purpose}]");
        }

        await officer.SendFormOfAsync("basis");
    }
}
