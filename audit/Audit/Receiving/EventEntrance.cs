using Backbone.Platform.Web.Batches;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Receiving;

/// <summary>The door for events of other systems.</summary>
internal sealed class EventEntrance(IOptions<ReceivingOptions> options, TimeProvider clock) : BatchEntrance(
    new(options.Value.MostBatches, options.Value.MostBatchesPerSender, TimeSpan.FromSeconds(options.Value.BatchSeconds)), clock);
