await Backbone.OfficeApp.OfficeApp.Build(args).RunAsync();
