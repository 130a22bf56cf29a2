using GspMl.Onnx.Pruning;

namespace GspMl.Onnx.Calibration;

/// <summary>Tells the layers that calibration can work on from those it cannot, and remembers why not.</summary>
internal sealed class CalibratedLayers
{
    private readonly Dictionary<PrunableWeight, string> obstacles = [];

    /// <summary>Why a weight could not be calibrated, for those that were asked for.</summary>
    public IReadOnlyDictionary<PrunableWeight, string> Obstacles => obstacles;

    /// <summary>The layers of <paramref name="working"/> that are linear maps of a known input, in the given order.</summary>
    public IReadOnlyList<LinearLayer> Of(WorkingModel working, IEnumerable<SelectedLayer> layers)
    {
        var linear = new List<LinearLayer>();
        foreach (var weight in layers.Select(layer => layer.Weight))
        {
            var (layer, reason) = LinearLayer.Of(working, weight);
            if (layer is not null) linear.Add(layer);
            else obstacles[weight] = reason!;
        }
        return linear;
    }
}
