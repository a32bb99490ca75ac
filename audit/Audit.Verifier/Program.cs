using Backbone.Audit.Verifier;

return VerifierProgram.Run(args, Console.Out, Console.Error);
