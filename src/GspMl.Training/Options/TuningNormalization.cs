namespace GspMl.Training;

/// <summary>What BatchNormalization normalises by while a model is tuned.</summary>
public enum TuningNormalization
{
    /// <summary>The statistics that are stored in the model, which stay as they are.</summary>
    Inference,

    /// <summary>
    /// The statistics of each batch, through which gradients go too; those that are stored follow them by the node's momentum, and are what
    /// rows held back and the result are normalised by (Ioffe and Szegedy 2015). Needs batches of some tens of rows.
    /// </summary>
    Training,
}
