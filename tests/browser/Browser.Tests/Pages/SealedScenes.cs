namespace Backbone.Browser.Tests.Pages;

/// <summary>Openings of what has left an organisation's record: asked for by one officer, refused and agreed to by another, read, closed, and found by the organisation.</summary>
internal sealed class SealedScenes(BrowserWorld world, Album album)
{
    private const string List = "/console/credit/sealed";

    /// <param name="person">Acts for the organisation.</param>
    /// <param name="code">Something of its record was repaired, and something withdrawn.</param>
    public async Task LookAsync(WatchedPage person, WatchedPage first, WatchedPage second, string code)
    {
        await album.VisitAsync(first, List, "sealed-none");
        await AskAsync(first, "91110108551385082Q", "行", "379999198506180037");
        await album.LookAsync(first, "sealed-asked-wrongly");
        await AskAsync(first, "91110108551385082Q", "行政诉讼法 第三十四条", "（2026）鲁01行初12号，法院调取。");
        await album.LookAsync(first, "sealed-nothing-recorded");
        await AskAsync(first, code, "行政诉讼法 第三十四条", "（2026）鲁01行初12号，法院调取。");
        await album.LookAsync(first, "sealed-asked");
        var address = first.Path;
        await second.GoAsync(new Uri(world.Portal, address));
        await first.Page.EvaluateAsync("document.querySelector('button[value=refuse]').value = 'agree'");
        await PressAsync(first, "agree");
        await album.LookAsync(first, "sealed-same-person");
        await PressAsync(second, "refuse");
        await album.LookAsync(second, "sealed-refused-without-reasons");
        await second.Page.FillAsync("#answer", "缺少法院的调取函，请补充。");
        await PressAsync(second, "refuse");
        await album.LookAsync(second, "sealed-refused");
        await AskAsync(first, code, "行政诉讼法 第三十四条", "（2026）鲁01行初12号，法院调取，附调取函。");
        address = first.Path;
        await album.VisitAsync(second, address, "sealed-to-agree");
        await PressAsync(second, "agree");
        await second.Page.EvaluateAsync("document.querySelectorAll('main details').forEach(one => one.open = true)");
        await album.LookAsync(second, "sealed-opened");
        await first.Page.FillAsync("#answer", "已不再需要，收回申请。");
        await PressAsync(first, "refuse");
        await album.LookAsync(first, "sealed-changed-meanwhile");
        await album.VisitAsync(person, "/credit/my/report", "report-with-opening");
        await album.VisitAsync(first, List, "sealed-list");
        await world.AlterAsync("UPDATE sealed_openings SET Until = AskedAt WHERE Until IS NOT NULL");
        await album.VisitAsync(second, address, "sealed-closed");
        await album.VisitAsync(first, List, "sealed-list-closed");
    }

    private async Task AskAsync(WatchedPage officer, string entity, string basis, string reason)
    {
        await officer.GoAsync(new Uri(world.Portal, List));
        await officer.Page.FillAsync("#entity", entity);
        await officer.Page.FillAsync("#basis", basis);
        await officer.Page.FillAsync("#reason", reason);
        await officer.SendFormOfAsync("reason");
    }

    private static Task PressAsync(WatchedPage officer, string act) => officer.PressAsync($"main button[name=act][value={act}]");
}
