using Backbone.Audit.Contracts;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task The_log_lies_below_the_data_folder_readable_by_its_owner_only_and_its_health_is_named()
    {
        using var temporary = new TemporaryLog();
        await using var app = Build(temporary, []);
        await app.StartAsync();
        await app.Services.GetRequiredService<IAuditTrail>().AppendAsync(TemporaryLog.SignIn());
        var segment = Directory.GetFiles(Path.Combine(temporary.Folder, "audit", "log"), "*.seg").Single();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(segment));
        }

        var health = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(HealthStatus.Healthy, health.Entries["audit-log"].Status);
        await app.StopAsync();
    }

    [Fact(DisplayName = "NIST SP 800-53 AU-5(1): health warns before the disk is full")]
    public async Task Health_warns_before_the_disk_is_full()
    {
        using var temporary = new TemporaryLog();
        await using var app = Build(temporary, new() { ["Backbone:Audit:WarnFreeMegabytes"] = "268435456" });
        var health = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Entries["audit-log"].Status);
    }

    [Fact]
    public async Task A_closed_log_is_unhealthy()
    {
        using var temporary = new TemporaryLog();
        await using var app = Build(temporary, []);
        await ((IAsyncDisposable)app.Services.GetRequiredService<IAuditTrail>()).DisposeAsync();
        var health = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(HealthStatus.Unhealthy, health.Entries["audit-log"].Status);
    }

    [Fact]
    public async Task Every_setting_out_of_bounds_is_named_with_bound_and_value()
    {
        using var temporary = new TemporaryLog();
        await using var app = Build(temporary, new()
        {
            ["Backbone:Audit:SegmentMegabytes"] = "0",
            ["Backbone:Audit:QueueLength"] = "15",
            ["Backbone:Audit:DeduplicationWindow"] = "999",
            ["Backbone:Audit:WarnFreeMegabytes"] = "-1",
        });
        var refused = Assert.Throws<OptionsValidationException>(() => app.Services.GetRequiredService<IAuditTrail>());
        Assert.Equal(
            [
                "Backbone:Audit:SegmentMegabytes: 1 to 4096, is 0",
                "Backbone:Audit:QueueLength: 16 to 1048576, is 15",
                "Backbone:Audit:DeduplicationWindow: 1000 to 10000000, is 999",
                "Backbone:Audit:WarnFreeMegabytes: 0 to 268435456, is -1",
            ],
            refused.Failures);
    }

    [Fact]
    public async Task A_damaged_log_stops_the_start_and_names_file_and_offset()
    {
        using var temporary = new TemporaryLog();
        await using (var app = Build(temporary, []))
        {
            await app.Services.GetRequiredService<IAuditTrail>().AppendAsync(TemporaryLog.SignIn());
            await app.Services.GetRequiredService<IAuditTrail>().AppendAsync(TemporaryLog.SignIn());
        }

        var segment = Directory.GetFiles(Path.Combine(temporary.Folder, "audit", "log"), "*.seg").Single();
        var bytes = await File.ReadAllBytesAsync(segment);
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes);
        await using var damaged = Build(temporary, []);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => damaged.StartAsync());
        Assert.Contains($"{segment} at offset 64", refused.Message, StringComparison.Ordinal);
    }

    private static WebApplication Build(TemporaryLog temporary, Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Services.AddAuditTrail(new BackboneOptions { DataDirectory = temporary.Folder });
        return builder.Build();
    }
}
