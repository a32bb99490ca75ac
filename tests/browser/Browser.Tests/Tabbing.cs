namespace Backbone.Browser.Tests;

/// <summary>Reaching things with the Tab key, as people do who use no mouse.</summary>
internal static class Tabbing
{
    /// <summary>Focus must be seen (WCAG 2.4.7) and neither outside the window nor below something else (2.4.11).</summary>
    private const string Look = """
        () => {
          const at = document.activeElement;
          if (!at || at === document.body) return 'none';
          const drawn = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
          if (!drawn(getComputedStyle(at)) && !drawn(getComputedStyle(at, '::after'))) return 'unseen: ' + at.outerHTML.slice(0, 160);
          const box = at.getBoundingClientRect();
          if (box.width < 1 || box.height < 1 || box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth)
            return 'outside the window: ' + at.outerHTML.slice(0, 160);
          const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
          const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 1);
          const top = document.elementFromPoint(x, y);
          return !top || at.contains(top) || top.contains(at) ? 'seen' : 'covered: ' + at.outerHTML.slice(0, 160);
        }
        """;

    /// <summary>Presses Tab until the element has focus; every stop on the way must show where the focus is.</summary>
    public static async Task TabToAsync(this WatchedPage page, string selector)
    {
        for (var stop = 0; stop < 80; stop++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            var seen = await page.Page.EvaluateAsync<string>(Look);
            Assert.True(seen is "seen" or "none", $"{page.Page.Url}: focus is {seen}");
            if (await page.Page.Locator(selector).First.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }
        }

        Assert.Fail($"Tab never reached {selector} on {page.Page.Url}.");
    }
}
