namespace Backbone.Audit.Tests.Elasticsearch;

/// <summary>The API key of docs/elasticsearch.md; a test holds the page against it.</summary>
internal static class LeastPrivileges
{
    public static string Key(string index) => $$"""
        {
          "name": "backbone-audit-export",
          "role_descriptors": {
            "export": {
              "cluster": ["manage_index_templates"],
              "indices": [
                {
                  "names": ["{{index}}", "{{index}}-*"],
                  "privileges": ["create_doc", "auto_configure", "read", "view_index_metadata", "maintenance"]
                }
              ]
            }
          }
        }
        """;
}
