package io.weir.topology.fuzz;

import io.weir.testing.FuzzCorpusContract;
import io.weir.testing.FuzzTarget;
import java.util.List;

class FuzzCorpusTest extends FuzzCorpusContract {

    @Override
    protected List<FuzzTarget> targets() {
        return FuzzTargets.all();
    }

    @Override
    protected String module() {
        return "streams-topology";
    }
}
