using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Backbone.Credit.Tests.Sharding;

/// <summary>
/// Asks the planner about every statement of Entity Framework that is about to run in one database, and keeps those that touch more than one shard of
/// a table without being marked as <see cref="AcrossOrganisations"/>.
/// </summary>
internal sealed partial class WatchedShards : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly string database;
    private readonly string name;
    private readonly ConcurrentBag<IDisposable> subscriptions = [];

    public WatchedShards(string database)
    {
        this.database = database;
        name = new NpgsqlConnectionStringBuilder(database).Database!;
        subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    public ConcurrentQueue<string> Crossings { get; } = new();

    /// <summary>Statements that touched one shard of a table that has several.</summary>
    public int Within => within;

    private int within;

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            subscriptions.Add(value.Subscribe(this, one => one == RelationalEventId.CommandExecuting.Name));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is CommandEventData { Context: PostgresCreditDb } told && told.Command is NpgsqlCommand command && command.Connection!.Database == name
            && !command.CommandText.Contains(AcrossOrganisations.Mark, StringComparison.Ordinal))
        {
            foreach (var statement in command.CommandText.Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(one => Explained().IsMatch(one)))
            {
                Ask(statement.TrimEnd(';'), command.Parameters);
            }
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        foreach (var subscription in subscriptions)
        {
            subscription.Dispose();
        }
    }

    private void Ask(string statement, NpgsqlParameterCollection parameters)
    {
        using var connection = new NpgsqlConnection(database);
        connection.Open();
        using var explain = new NpgsqlCommand("EXPLAIN " + statement, connection);
        foreach (NpgsqlParameter parameter in parameters)
        {
            explain.Parameters.Add(parameter.Clone());
        }

        var touched = new HashSet<(string Table, string Shard)>();
        using var plan = explain.ExecuteReader();
        while (plan.Read())
        {
            touched.UnionWith(ShardName().Matches(plan.GetString(0)).Select(found => (found.Groups["table"].Value, found.Groups["shard"].Value)));
        }

        foreach (var table in touched.GroupBy(one => one.Table))
        {
            Interlocked.Increment(ref within);
            if (table.Count() > 1)
            {
                Crossings.Enqueue($"{table.Count()} shards of {table.Key}: {statement}");
            }
        }
    }

    [GeneratedRegex(@"^\s*(--[^\n]*\n\s*)*(SELECT|INSERT|UPDATE|DELETE|WITH)\b")]
    private static partial Regex Explained();

    [GeneratedRegex(@"\bcredit\.(?<table>[a-z_]+)_shard(?<shard>[0-9])\b|\bon (?<table>[a-z_]+)_shard(?<shard>[0-9])\b")]
    private static partial Regex ShardName();

    private static class DbLoggerCategory
    {
        public const string Name = "Microsoft.EntityFrameworkCore";
    }
}
