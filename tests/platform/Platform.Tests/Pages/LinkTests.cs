using Backbone.Platform.Web.Components;

namespace Backbone.Platform.Tests.Pages;

public sealed class LinkTests
{
    [Fact]
    public void Words_in_the_place_of_an_address_are_refused()
    {
        Assert.Equal("/console", new Breadcrumb.Crumb("/console", "控制台").Href);
        Assert.Contains("has '控制台'", Assert.Throws<ArgumentException>(() => new Breadcrumb.Crumb("控制台", "/console")).Message, StringComparison.Ordinal);
    }
}
