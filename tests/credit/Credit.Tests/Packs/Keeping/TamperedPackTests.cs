using Backbone.Credit.Cases;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Credit.Tests.Packs.Keeping;

/// <summary>Whoever can write the database and has not the key puts no pack in force and changes none.</summary>
public sealed class TamperedPackTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Alterations => new()
    {
        { "content", false }, { "content", true }, { "content and digest", true }, { "day", false }, { "approver", false }, { "signature of another", true }, { "no signature", false }, { "signed no more", false },
    };

    [Theory]
    [MemberData(nameof(Alterations))]
    public async Task A_pack_whose_bytes_or_signature_do_not_fit_is_refused_the_former_stays_in_force_and_it_is_told(string what, bool postgres)
    {
        await using var host = await PacksHost.StartAsync(postgres);
        var former = await host.SignedAsync(PacksHost.Pack(2, -15));
        var row = await host.SignedAsync(PacksHost.Pack(3, -20));
        Assert.Equal(row.Digest, host.Packs.Current.Digest);

        await host.AskAsync(db => AlterAsync(db, what, row, former));
        await host.Packs.RefreshAsync(Cancelled);

        Assert.Equal(former.Digest, host.Packs.Current.Digest);
        var health = await host.Backbone.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(one => one.Name == "credit-packs", Cancelled);
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("cn-national 3", health.Entries["credit-packs"].Description, StringComparison.Ordinal);
        var doctor = host.Backbone.Services.GetServices<IDoctorCheck>().Single(check => check.Area == "credit packs");
        var findings = await doctor.ExamineAsync(Cancelled);
        Assert.Contains(findings, finding => finding.Severity == DoctorSeverity.Problem && finding.What.Contains("cn-national 3", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.What.Contains("cn-national 2 is in force", StringComparison.Ordinal));

        // Neither does a host that starts with it believe it.
        await host.Backbone.RestartAsync();
        Assert.Equal(former.Digest, host.Packs.Current.Digest);
    }

    [Fact]
    public async Task A_row_that_nobody_approved_is_no_pack_whatever_stands_in_it()
    {
        await using var host = await PacksHost.StartAsync(postgres: false);
        var row = await host.SubmittedAsync(PacksHost.Pack(2));
        await host.AskAsync(db => db.Packs.Where(one => one.Id == row.Id).ExecuteUpdateAsync(set => set
            .SetProperty(one => one.State, PackState.InForce).SetProperty(one => one.InForceFrom, host.Today).SetProperty(one => one.SignedAt, host.Clock.Now), Cancelled));

        await host.Packs.RefreshAsync(Cancelled);

        Assert.Equal(host.Packs.File, host.Packs.Current);
        Assert.Single(host.Packs.Timeline.Broken);
    }

    [Fact]
    public async Task What_was_altered_between_two_approvals_is_not_approved()
    {
        await using var host = await PacksHost.StartAsync(postgres: false);
        var row = await host.SubmittedAsync(PacksHost.Pack(2));
        await host.DecideAsync(row.Id, PacksHost.First);
        await host.AskAsync(db => AlterAsync(db, "content", row, row));

        Assert.Equal(DecideOutcome.Unfit, await host.DecideAsync(row.Id, PacksHost.Second));
        Assert.Null((await host.RowAsync(row.Id)).Signature);
    }

    [Fact]
    public async Task While_the_database_has_none_the_file_of_the_setting_is_in_force_and_the_doctor_says_so()
    {
        await using var host = await PacksHost.StartAsync(postgres: false);
        var doctor = host.Backbone.Services.GetServices<IDoctorCheck>().Single(check => check.Area == "credit packs");

        Assert.Contains("the database has no policy pack in force; the file of the setting is: cn-national 1", (await doctor.ExamineAsync(Cancelled)).Single().What, StringComparison.Ordinal);
        await host.SignedAsync(PacksHost.Pack(2));
        Assert.Contains("cn-national 2 is in force since", (await doctor.ExamineAsync(Cancelled)).Single().What, StringComparison.Ordinal);
    }

    private static async Task<int> AlterAsync(CreditDb db, string what, KeptPack row, KeptPack former)
    {
        var rows = db.Packs.Where(one => one.Id == row.Id);
        var other = System.Text.Encoding.UTF8.GetBytes(PacksHost.Pack(3, -1));
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(other));
        var day = row.InForceFrom?.AddDays(-1);
        byte[] none = [];
        return await (what switch
        {
            "content" => rows.ExecuteUpdateAsync(set => set.SetProperty(one => one.Content, other), Cancelled),
            "content and digest" => rows.ExecuteUpdateAsync(set => set.SetProperty(one => one.Content, other).SetProperty(one => one.Digest, digest), Cancelled),
            "day" => rows.ExecuteUpdateAsync(set => set.SetProperty(one => one.InForceFrom, day), Cancelled),
            "approver" => rows.ExecuteUpdateAsync(set => set.SetProperty(one => one.SecondBy, PacksHost.Third.Person), Cancelled),
            "signature of another" => rows.ExecuteUpdateAsync(set => set.SetProperty(one => one.Signature, former.Signature), Cancelled),
            "signed no more" => rows.ExecuteUpdateAsync(set => set.SetProperty(one => one.SignedAt, (DateTimeOffset?)null), Cancelled),
            _ => rows.ExecuteUpdateAsync(set => set.SetProperty(one => one.Signature, none), Cancelled),
        });
    }
}
