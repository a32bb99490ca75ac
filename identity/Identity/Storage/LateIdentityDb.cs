using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.EntityFrameworkCore;

namespace Backbone.Identity.Storage;

/// <summary>Leases the request's database when the engine's stores first ask for it: most token requests never do.</summary>
internal sealed class LateIdentityDb(IServiceProvider provider) : IOpenIddictEntityFrameworkCoreContext
{
    public ValueTask<DbContext> GetDbContextAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<DbContext>(cancellationToken)
            : new(provider.GetRequiredService<IdentityDb>());
}
