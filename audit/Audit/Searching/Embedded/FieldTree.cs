using System.Text;
using System.Text.Json;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>The names of all columns as nested objects have them: <c>user.target.id</c> is three steps.</summary>
internal sealed class FieldTree
{
    private readonly List<(byte[] Name, FieldTree Field)> children = [];

    /// <summary>Null inside the tree, or where the projection gives the value itself.</summary>
    public IndexColumn? Column { get; private set; }

    public static FieldTree Root { get; } = Build();

    /// <summary>The field of the name the reader stands at; null when there is none. Leaves are in order of name, so the search goes on where it was.</summary>
    public FieldTree? Child(ref Utf8JsonReader reader, ref int next)
    {
        for (var tried = 0; tried < children.Count; tried++)
        {
            var at = next + tried < children.Count ? next + tried : next + tried - children.Count;
            if (reader.ValueTextEquals(children[at].Name))
            {
                next = at;
                return children[at].Field;
            }
        }

        return null;
    }

    private static FieldTree Build()
    {
        var root = new FieldTree();
        foreach (var column in IndexColumns.All.Where(column => column.Name[0] != '~'
            && column.Name is not (IndexColumns.SequenceField or IndexColumns.HashField)))
        {
            var place = root;
            foreach (var step in column.Name.Split('.'))
            {
                var name = Encoding.UTF8.GetBytes(step);
                var known = place.children.FirstOrDefault(child => child.Name.AsSpan().SequenceEqual(name)).Field;
                if (known is null)
                {
                    known = new FieldTree();
                    place.children.Add((name, known));
                }

                place = known;
            }

            place.Column = column;
        }

        return root;
    }
}
