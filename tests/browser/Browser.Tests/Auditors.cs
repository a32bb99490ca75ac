using System.Text.RegularExpressions;
using Backbone.Testing;

namespace Backbone.Browser.Tests;

/// <summary>What an audit administrator does at the console, by the names of fields.</summary>
internal static partial class Auditors
{
    public const string Case = "2026-0042";

    /// <summary>Signed in to the console, reading for the first purpose there is: the investigation of a security incident.</summary>
    public static async Task<WatchedPage> ReadForACaseAsync(this WatchedPage page, BrowserWorld world)
    {
        await page.SignInAsync(world, world.Account(DemonstrationPeople.AuditAdministrator), "/console/audit/purpose");
        await page.PressAsync("#code");
        await page.FillAsync("reference", Case);
        await page.SendFormOfAsync("reference");
        await page.Page.WaitForURLAsync(address => new Uri(address).AbsolutePath == "/console/audit");
        return page;
    }

    /// <summary>Opens the newest event that matches, once the index has it; its number.</summary>
    public static async Task<string> OpenNewestAsync(this WatchedPage page, BrowserWorld world, string query)
    {
        var number = await page.NumberOfNewestAsync(world, query);
        await page.GoAsync(new Uri(world.Portal, "/console/audit/" + number));
        return number;
    }

    public static async Task<string> NumberOfNewestAsync(this WatchedPage page, BrowserWorld world, string query)
    {
        var found = page.Page.Locator(".found td a[href^='/console/audit/']");
        await page.ReloadUntilAsync(new Uri(world.Portal, "/console/audit?q=" + Uri.EscapeDataString(query)), async () => await found.CountAsync() > 0);
        return Number().Match((await found.First.GetAttributeAsync("href"))!).Value;
    }

    /// <summary>Opens the address again until what is awaited is there; an index is behind its log by moments.</summary>
    public static async Task ReloadUntilAsync(this WatchedPage page, Uri address, Func<Task<bool>> isThere)
    {
        await page.GoAsync(address);
        for (var tries = 0; tries < 40 && !await isThere(); tries++)
        {
            await page.Page.WaitForTimeoutAsync(250);
            await page.GoAsync(address);
        }

        Assert.True(await isThere(), $"{address} does not show what is awaited");
    }

    [GeneratedRegex("[0-9]+$")]
    private static partial Regex Number();
}
