await Backbone.CitizenApp.CitizenApp.Build(args).RunAsync();
