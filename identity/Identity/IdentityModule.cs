using System.Collections.Immutable;
using Backbone.Audit.Contracts.Events;
using Backbone.Identity.AccountPages;
using Backbone.Identity.Acting;
using Backbone.Identity.Accounts;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Doctor;
using Backbone.Identity.Events;
using Backbone.Identity.Organisations;
using Backbone.Identity.Persons;
using Backbone.Identity.Portal;
using Backbone.Identity.Protocol;
using Backbone.Identity.Register;
using Backbone.Identity.Sessions;
using Backbone.Identity.SignIn;
using Backbone.Identity.Storage;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Identity;

/// <summary>Accounts, sign-in, sessions and the OpenID provider.</summary>
public sealed class IdentityModule : IBackboneModule
{
    public string Name => "identity";

    /// <summary>What identity writes into the audit log; part of the one <see cref="EventCatalogue"/>.</summary>
    public static ImmutableArray<EventKind> EventKinds => IdentityKinds.All;

    public void AddServices(ModuleContext context)
    {
        context.AddIdentityStorage();
        context.AddIdentitySessions();
        context.AddIdentityAccounts();
        context.AddIdentitySignIn();
        context.AddIdentityProtocol();
        context.AddIdentityCatalogue();
        context.Services.AddRegistration(context);
        context.AddPortal();
        context.AddAccountPages();
        context.AddPersons();
        context.AddOrganisations();
        context.AddActing();
        context.AddIdentityDoctor();
    }

    public void MapEndpoints(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPortal();
        endpoints.MapSignIn();
        endpoints.MapRegistration();
        endpoints.MapAccountPages();
        endpoints.MapPersons();
        endpoints.MapOrganisations();
        endpoints.MapActing();
        endpoints.MapIdentityProtocol();
    }
}
