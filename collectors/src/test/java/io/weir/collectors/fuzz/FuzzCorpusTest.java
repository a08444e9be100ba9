package io.weir.collectors.fuzz;

import io.weir.testing.FuzzCorpusContract;
import io.weir.testing.FuzzTarget;
import java.security.GeneralSecurityException;
import java.util.List;

class FuzzCorpusTest extends FuzzCorpusContract {

    @Override
    protected List<FuzzTarget> targets() throws GeneralSecurityException {
        return FuzzTargets.all();
    }

    @Override
    protected String module() {
        return "collectors";
    }
}
