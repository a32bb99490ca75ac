using System.CommandLine;

namespace Backbone.Host.CommandLine;

internal enum StaffVerb
{
    Add,
    Roles,
    Reset,
    Disable,
    Enable,
    List,
}

/// <summary>What is to be done to which staff account.</summary>
/// <param name="Verb">What.</param>
/// <param name="Name">To whom; empty for all.</param>
/// <param name="DisplayName">What pages call them.</param>
/// <param name="Roles">Beside the role of all staff.</param>
internal sealed record StaffOrder(StaffVerb Verb, string Name, string DisplayName, IReadOnlyList<string> Roles);

/// <summary><c>host staff …</c>: its words and what they mean.</summary>
internal sealed class StaffCommand
{
    private readonly Argument<string> name = new("name") { Description = "What the person signs in by.", HelpName = "NAME" };
    private readonly Option<string> displayName = new("--display-name") { Description = "What pages call them.", HelpName = "TEXT", Required = true };
    private readonly Option<string[]> roles = new("--role") { Description = "A role beside that of all staff; may be repeated.", HelpName = "ROLE" };
    private readonly Dictionary<StaffVerb, Command> commands;

    public StaffCommand()
    {
        commands = new Dictionary<StaffVerb, Command>
        {
            [StaffVerb.Add] = new("add", "Make an account and show its first password once.") { name, displayName, roles },
            [StaffVerb.Roles] = new("roles", "Set the roles to exactly these; whoever loses one is signed out.") { name, roles },
            [StaffVerb.Reset] = new("reset", "A new password, and a new second factor at the next sign-in, for who lost them.") { name },
            [StaffVerb.Disable] = new("disable", "Take an account out of use and sign it out.") { name },
            [StaffVerb.Enable] = new("enable", "Take it into use again.") { name },
            [StaffVerb.List] = new("list", "A line for each staff account."),
        };
        Root = new Command("staff", "Staff accounts and their roles, the first administrator among them.");
        foreach (var command in commands.Values)
        {
            command.SetAction(_ => 0);
            Root.Add(command);
        }
    }

    public Command Root { get; }

    /// <summary>Null when something else was asked for.</summary>
    public StaffOrder? Read(ParseResult parsed)
    {
        foreach (var (verb, command) in commands)
        {
            if (parsed.Action == command.Action)
            {
                return new StaffOrder(
                    verb,
                    verb == StaffVerb.List ? "" : parsed.GetValue(name)!,
                    verb == StaffVerb.Add ? parsed.GetValue(displayName)! : "",
                    verb is StaffVerb.Add or StaffVerb.Roles ? parsed.GetValue(roles) ?? [] : []);
            }
        }

        return null;
    }
}
