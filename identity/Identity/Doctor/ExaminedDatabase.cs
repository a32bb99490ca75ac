using Backbone.Identity.Storage;
using Backbone.Platform.Storage;
using Backbone.Platform.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Doctor;

internal sealed class ExaminedDatabase(IServiceScopeFactory scopes, IServiceProvider services, BackboneOptions platform)
    : ExaminedDatabase<IdentityDb, SqliteIdentityDb>(scopes, services, platform.PathOf("identity.db"))
{
    protected override SqliteIdentityDb Open(DbContextOptions<SqliteIdentityDb> options) => new(options);
}
